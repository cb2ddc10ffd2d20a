import CLDAP
import TenantCore

/// Takes of entries only what tells living people from other accounts (M12), and their anchors.
struct AccountDecoder: EntryVisitor {
  /// What tells whether an object lives; other kinds of accounts are not told apart by it.
  static let anchor = [AttributeTable.Meaning.guid, .isDeleted].map(\.rawValue)
  /// What tells whether an account is a living person's.
  static let kind =
    [
      AttributeTable.Meaning.isDeleted, .accountType, .accountControl, .isCritical, .identifier,
      .secondaryTicketNumber,
    ].map(\.rawValue) + [DirectoryAttribute.login]

  /// The entries that nothing says are no living person's.
  private(set) var count = 0
  /// Their anchors.
  private(set) var anchors: Set<ObjectGUID> = []
  private let table = AttributeTable(adding: [])
  private var record = RecordInProgress()

  mutating func column(of attribute: UnsafeRawBufferPointer) -> Int? {
    unsafe table.index(of: attribute)
  }

  mutating func take(_ value: UnsafeRawBufferPointer, column: Int) {
    let entry = table.entries[column]
    if let meaning = entry.meaning { unsafe record.take(value, as: meaning) }
    if entry.name == DirectoryAttribute.login { unsafe record.takeLogin(value, isText: true) }
  }

  mutating func endEntry(dn: UnsafeRawBufferPointer) {
    if unsafe record.isLivingPerson(dn: dn) {
      count += 1
      if let guid = record.guid { anchors.insert(guid) }
    }
    record.reset()
  }
}
