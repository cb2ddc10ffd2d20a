import TenantCore

/// The records of an export that change an object instead of being one.
///
/// ldifde writes a group of more than 1,500 members as an entry and several records
/// `changetype: modify` that add the rest. What they change may be passed over where it concerns
/// nobody; anything else makes the file something else than an export (T2).
struct LDIFChanges {
  /// The kinds of change (RFC 2849).
  enum Kind: String {
    case modify, delete, modrdn, moddn
  }

  /// One such record.
  struct Record {
    let kind: Kind
    /// The first attribute that it changes of those that are read.
    private(set) var attribute: String?

    init(_ kind: Kind) { self.kind = kind }

    /// Takes a line. Those that say what is done, `add: member`, name the attribute.
    mutating func add(_ line: LDIFLine, isRead: (ArraySlice<UInt8>) -> Bool) {
      guard kind == .modify, attribute == nil else { return }
      let verbs = ["add", "replace", "delete", "increment"]
      guard verbs.contains(where: { ObjectKind.isSame(line.name, $0) }) else { return }
      let name = line.text.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
      if isRead(name) { attribute = String(decoding: name, as: UTF8.self) }
    }
  }

  /// The names of the objects that the file showed to be nobody, as hashes: an export may have a
  /// million computers, and that two of 64 bits are the same by chance is out of the question.
  private var nobody: Set<Int> = []

  /// What a line `changetype:` begins; nil for `add`, which is an entry.
  ///
  /// - Throws: ``DirectoryError`` for any other word.
  static func content(_ line: LDIFLine, _ scanner: LDIFScanner) throws -> Record? {
    let word = String(decoding: try scanner.value(of: line), as: UTF8.self).lowercased()
    if word == "add" { return nil }
    guard let kind = Kind(rawValue: word) else {
      throw scanner.failure(
        "'\(word.prefix(20))' is not a changetype; an export has 'changetype: add'",
        at: line.number)
    }
    return Record(kind)
  }

  /// Remembers an object that is no person.
  mutating func note(nobody dn: ArraySlice<UInt8>) { nobody.insert(Self.hash(of: dn)) }

  /// Passes over a change that concerns no person.
  ///
  /// - Throws: ``DirectoryError`` for one that may: of an attribute that is read, or of the object
  ///   as a whole.
  func judge(
    _ change: Record, of dn: ArraySlice<UInt8>, line: Int, _ scanner: LDIFScanner
  ) throws {
    if change.kind == .modify, change.attribute == nil { return }
    guard !nobody.contains(Self.hash(of: dn)) else { return }
    let what = change.attribute.map { " of \($0)" } ?? ""
    throw scanner.failure(
      "here is a record 'changetype: \(change.kind.rawValue)'\(what), of a person or of an "
        + "object that is not in the file before it; an export holds entries "
        + "('changetype: add'), not changes", at: line)
  }

  private static func hash(of dn: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    for byte in dn { hasher.combine((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
    return hasher.finalize()
  }
}
