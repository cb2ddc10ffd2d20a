import TenantCore

/// The attributes that are read of a directory user, and what each is for.
struct AttributeTable: Sendable {
  /// What an attribute tells beside being a column.
  enum Meaning: String, Sendable, CaseIterable {
    case guid = "objectGUID"
    case accountControl = "userAccountControl"
    case accountExpires
    case computedControl = "msDS-User-Account-Control-Computed"
    case lockoutTime
    case changeNumber = "uSNChanged"
    case changedAt = "whenChanged"
    case isDeleted
    case accountType = "sAMAccountType"
    case isCritical = "isCriticalSystemObject"
    case identifier = "objectSid"
    /// On the accounts `krbtgt_…` of read-only domain controllers only.
    case secondaryTicketNumber = "msDS-SecondaryKrbTgtNumber"
  }

  /// An attribute.
  struct Entry: Sendable {
    let name: String
    /// The name as UTF-8.
    let bytes: [UInt8]
    /// Its text column, if it is compared.
    let column: Int?
    let meaning: Meaning?
  }

  /// All attributes, the text columns first and in their order.
  let entries: [Entry]
  /// The text column of each attribute, by index; -1 for none.
  let columns: [Int]
  /// What each attribute tells, by index.
  let meanings: [Meaning?]
  /// The names of the text columns: those of the product, then those of matchers.
  let text: [String]

  /// Adds the attributes of matchers to those of the product; doubles are dropped, in any case.
  init(adding attributes: [String]) {
    var text = DirectoryAttribute.text
    var seen = Set(text.map { $0.lowercased() })
    for name in attributes where seen.insert(name.lowercased()).inserted { text.append(name) }
    let meanings = Meaning.allCases.filter { !seen.contains($0.rawValue.lowercased()) }
    self.text = text
    let entries =
      text.enumerated().map { Self.entry($1, column: $0) }
      + meanings.map { Self.entry($0.rawValue, column: nil) }
    self.entries = entries
    columns = entries.map { $0.column ?? -1 }
    self.meanings = entries.map(\.meaning)
  }

  /// The index of an attribute (ASCII, any case), or nil if it is not asked for.
  func index(of name: some RandomAccessCollection<UInt8>) -> Int? {
    entries.firstIndex { Self.isSame($0.bytes, name) }
  }

  private static func entry(_ name: String, column: Int?) -> Entry {
    let folded = name.lowercased()
    return Entry(
      name: name, bytes: Array(name.utf8), column: column,
      meaning: Meaning.allCases.first { $0.rawValue.lowercased() == folded })
  }

  private static func isSame(_ name: [UInt8], _ other: some RandomAccessCollection<UInt8>) -> Bool {
    guard name.count == other.count else { return false }
    return zip(name, other).allSatisfy { first, second in
      first == second || first ^ second == 0x20 && (0x61...0x7A).contains(first | 0x20)
    }
  }
}
