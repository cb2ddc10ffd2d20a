import TenantCore

/// Watches the pages of one search, so that one which never ends is left.
///
/// A cookie that stays the same proves nothing: Samba's stays the same to the last page. What proves
/// something is what comes with it.
struct PageWatch {
  /// Pages without any entry in a row that end a search: nobody makes that many by filtering.
  static let emptyPagesLimit = 200
  /// Pages that may come again, whatever their share: an entry that is renamed while it is read
  /// comes twice, and a page may hold no other.
  static let repeatsAllowed = 3
  /// Bytes for each user that is allowed, on average; a user of Active Directory has a few hundred.
  static let bytesForUser = 2048

  /// What tells one page from another.
  private struct Fingerprint: Hashable {
    var count: Int
    var first: Int?
  }

  /// How many pages there were.
  private(set) var pages = 0
  private let maximumUsers: Int
  private let maximumBytes: Int
  private let before: Int
  private var users = 0
  private var emptyPages = 0
  private var repeats = 0
  private var seen: Set<Fingerprint> = []

  /// - Parameters:
  ///   - users: the most entries of all pages.
  ///   - receivedBytes: how much has come before the first page.
  init(users: Int, receivedBytes: Int) {
    maximumUsers = users
    maximumBytes = max(LDAPHandle.longestAnswer, users * Self.bytesForUser)
    before = receivedBytes
  }

  /// Takes a page.
  ///
  /// - Parameters:
  ///   - count: its entries.
  ///   - first: a hash of the first one's name.
  ///   - receivedBytes: how much has come until now.
  ///   - isSameCookie: true if the next page is asked for as this one was.
  /// - Throws: ``EndlessPages``.
  mutating func take(
    _ count: Int, first: Int?, receivedBytes: Int, isSameCookie: Bool
  ) throws(EndlessPages) {
    pages += 1
    users += count
    emptyPages = count == 0 ? emptyPages + 1 : 0
    guard emptyPages < (isSameCookie ? 2 : Self.emptyPagesLimit) else { throw EndlessPages.empty }
    let isNew = seen.insert(Fingerprint(count: count, first: first)).inserted
    if !isNew && count > 0 { repeats += 1 }
    guard repeats <= Self.repeatsAllowed || repeats * 2 <= pages else {
      throw EndlessPages.repeated(repeats, of: pages)
    }
    guard users <= maximumUsers else { throw EndlessPages.users(maximumUsers) }
    guard receivedBytes - before <= maximumBytes else { throw EndlessPages.bytes(maximumBytes) }
  }
}

/// Pages without end, or more of them than are read.
enum EndlessPages: Error {
  case empty
  case repeated(Int, of: Int)
  case users(Int)
  case bytes(Int)

  /// What a server does, after its name.
  var words: String {
    switch self {
    case .empty: "sends pages without end and without users; check the server"
    case .repeated(let count, let pages):
      "sends the same pages without end (\(count) of \(pages) had come before); check the server"
    case .users(let limit):
      "sends more than \(limit) users; if there are so many, raise 'maxUsers' in the tenant file, "
        + "else check the server"
    case .bytes(let limit):
      "sends more than \(limit >> 20) MiB; if there are so many users, raise 'maxUsers' in the "
        + "tenant file, else check the server"
    }
  }
}
