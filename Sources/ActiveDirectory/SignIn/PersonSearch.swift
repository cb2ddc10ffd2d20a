import CLDAP
import TenantCore

/// A person's entry.
struct FoundPerson: Equatable {
  /// The name to bind as; never empty, which would be an anonymous bind.
  var dn: String
  /// The `sAMAccountName` as the directory writes it.
  var login: String
  /// By what the account is known again; nil if the account that reads may not see it.
  var guid: ObjectGUID?
  /// Whether the account is disabled, locked or expired, as far as the account that reads may see.
  var flags: AccountFlags
}

/// Looks for one person under a directory's whole root, also outside of the organizational units
/// that are read: who administers need not be among those that are matched.
struct PersonSearch {
  var root: String
  var filter: String
  /// By which it is judged whether an account has expired.
  var moment = Timestamp.now()

  /// What a search for one person finds.
  enum Answer: Equatable {
    case nobody
    case person(FoundPerson)
    /// Two entries, or one without a usable name.
    case unclear
  }

  /// Asks for two at most. References to other servers are left alone: nobody is looked for there.
  func run(_ session: LDAPSession) throws -> Answer {
    let request = SearchRequest(
      base: root, filter: filter, attributes: PersonDecoder.attributes, pageSize: 2)
    var decoder = PersonDecoder(judge: AccountJudge(moment: moment))
    do {
      _ = try session.pages(of: request) { answer in
        let count = try answer.visitEntries(&decoder)
        guard decoder.entries.count < 2 else { throw Enough() }
        return count
      }
    } catch is Enough {
      return .unclear
    }
    guard let entry = decoder.entries.first else { return .nobody }
    return entry.map { .person($0) } ?? .unclear
  }

  private struct Enough: Error {}
}

/// Takes entries of persons; one without a usable name is nil, and counts.
struct PersonDecoder: EntryVisitor {
  /// The longest name and the longest login that are taken, in bytes.
  static let (longestDN, longestLogin) = (4096, 1024)
  /// The login, and after it what an account is known again and judged by.
  static let attributes = ["sAMAccountName"] + meanings.map(\.rawValue)
  private static let meanings: [AttributeTable.Meaning] = [
    .guid, .accountControl, .accountExpires, .computedControl, .lockoutTime,
  ]

  let judge: AccountJudge
  private(set) var entries: [FoundPerson?] = []
  private var logins: [String?] = []
  private var record = RecordInProgress()

  init(judge: AccountJudge) { self.judge = judge }

  mutating func column(of attribute: UnsafeRawBufferPointer) -> Int? {
    let name = unsafe String(decoding: attribute, as: UTF8.self).lowercased()
    return Self.attributes.firstIndex { $0.lowercased() == name }
  }

  mutating func take(_ value: UnsafeRawBufferPointer, column: Int) {
    if column > 0 { return unsafe record.take(value, as: Self.meanings[column - 1]) }
    unsafe logins.append(Self.text(value, limit: Self.longestLogin))
  }

  mutating func endEntry(dn: UnsafeRawBufferPointer) {
    defer { (logins, record) = ([], RecordInProgress()) }
    guard logins.count == 1, let login = logins.first ?? nil,
      let name = unsafe Self.text(dn, limit: Self.longestDN)
    else { return entries.append(nil) }
    entries.append(
      FoundPerson(dn: name, login: login, guid: record.guid, flags: judge.flags(of: record)))
  }

  /// Nil for a text that is empty, too long, not UTF-8, or that C would end before its end.
  private static func text(_ bytes: UnsafeRawBufferPointer, limit: Int) -> String? {
    guard (1...limit).contains(bytes.count), unsafe !bytes.contains(0) else { return nil }
    return unsafe String(validating: bytes, as: UTF8.self)
  }
}
