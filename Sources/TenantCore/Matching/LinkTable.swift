package import PluginContract

/// All links of a tenant, packed: a million of them are a dozen arrays, without a `String` each.
///
/// Shape: a link is a number from 0; they come in the order in which they were added, in a store in
/// that of the users' ids. Domains and parents, of which there are few, are kept once each.
package struct LinkTable: Sendable {
  @usableFromInline var guids: [ObjectGUID] = []
  @usableFromInline var userIDs: [Int64] = []
  @usableFromInline var runs: [Int64] = []
  @usableFromInline var logins = PackedColumn()
  @usableFromInline var userNames = PackedColumn()
  private var domains = NumberedTexts()
  @usableFromInline var domainNumbers: [Int32] = []
  private var parents = NumberedTexts()
  /// -1 where it is not known.
  @usableFromInline var parentNumbers: [Int32] = []

  /// No links.
  package init() {}

  /// Packs links.
  package init(_ links: some Sequence<Link>) {
    for link in links {
      append(
        guid: link.guid, userID: link.userID, run: link.run,
        domain: domainNumber(of: Array(link.domain.utf8)),
        parent: link.parent.map { parentNumber(of: $0) },
        login: Array(link.login.utf8), userName: Array(link.userName.utf8))
    }
  }

  /// The number of links.
  package var count: Int { guids.count }

  /// True if nobody is linked.
  package var isEmpty: Bool { guids.isEmpty }

  /// A link in full.
  package subscript(link: Int) -> Link {
    Link(
      guid: guids[link], userID: userIDs[link], run: runs[link], domain: domain(of: link),
      login: String(decoding: login(of: link), as: UTF8.self), userName: userName(of: link),
      parent: parent(of: link).map(Array.init))
  }

  /// The directory user.
  package func guid(of link: Int) -> ObjectGUID { guids[link] }

  /// The tenant user's id in the store.
  package func userID(of link: Int) -> Int64 { userIDs[link] }

  /// The directory user's domain when it was last seen.
  package func domain(of link: Int) -> String {
    String(decoding: domains[Int(domainNumbers[link])], as: UTF8.self)
  }

  /// The directory user's login when it was last seen.
  package func login(of link: Int) -> ArraySlice<UInt8> { logins.first(of: link) ?? [] }

  /// The tenant user's name.
  package func userName(of link: Int) -> String { userNames.text(of: link) ?? "" }

  /// Where the directory user lay when it was last seen; nil if that is not known.
  package func parent(of link: Int) -> ArraySlice<UInt8>? {
    let number = parentNumbers[link]
    return number < 0 ? nil : parents[Int(number)][...]
  }

  /// True if the directory user was last seen under this domain and login.
  package func wasSeen(_ link: Int, domain: [UInt8], login: ArraySlice<UInt8>) -> Bool {
    domains[Int(domainNumbers[link])] == domain && self.login(of: link) == login
  }

  // MARK: - Adding

  /// The number of a domain, for ``append(guid:userID:run:domain:parent:login:userName:)``.
  package mutating func domainNumber(of domain: [UInt8]) -> Int { domains.number(of: domain) }

  /// The number of a parent.
  package mutating func parentNumber(of parent: [UInt8]) -> Int { parents.number(of: parent) }

  /// Makes room.
  package mutating func reserve(_ count: Int) {
    guids.reserveCapacity(count)
    userIDs.reserveCapacity(count)
    runs.reserveCapacity(count)
    domainNumbers.reserveCapacity(count)
    parentNumbers.reserveCapacity(count)
    logins.reserve(records: count, bytes: count * 16)
    userNames.reserve(records: count, bytes: count * 16)
  }

  /// Adds a link.
  ///
  /// - Parameters:
  ///   - domain: a number that ``domainNumber(of:)`` gave.
  ///   - parent: a number that ``parentNumber(of:)`` gave; nil if it is not known.
  @inlinable
  package mutating func append(
    guid: ObjectGUID, userID: Int64, run: Int64, domain: Int, parent: Int?,
    login: some Collection<UInt8>, userName: some Collection<UInt8>
  ) {
    guids.append(guid)
    userIDs.append(userID)
    runs.append(run)
    domainNumbers.append(Int32(domain))
    parentNumbers.append(parent.map { Int32($0) } ?? -1)
    logins.appendRecord(login)
    userNames.appendRecord(userName)
  }
}

/// Different texts, numbered in the order in which they were first met.
private struct NumberedTexts: Sendable {
  private var texts: [[UInt8]] = []
  private var numbers: [[UInt8]: Int] = [:]

  subscript(number: Int) -> [UInt8] { texts[number] }

  mutating func number(of text: [UInt8]) -> Int {
    if let number = numbers[text] { return number }
    numbers[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
