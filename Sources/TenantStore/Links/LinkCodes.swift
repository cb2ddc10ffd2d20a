internal import TenantCore

/// The numbers that stand in `link_rows` for what many links have in common. All that there are are read when the
/// first is needed, and new ones are added.
struct LinkCodes {
  /// What is the same in the reasons of many links.
  struct ReasonKind: Hashable {
    var code: String
    var matcher: String?
    var attribute: String?
    /// The bits of ``LinkSchema/Derived``.
    var derived: Int64
  }

  private let database: StoreDatabase
  private var isLoaded = false
  private var domains: Codes<[UInt8]>
  private var parents: Codes<[UInt8]>
  private var reasons: Codes<ReasonKind>
  /// Most links have what the one before had.
  private var lastDomain: (name: String, number: Int64)?
  private var lastReason: (kind: ReasonKind, number: Int64)?
  private var recentParents = RecentNumbers()

  init(_ database: StoreDatabase) {
    self.database = database
    let name = [(name: "id", kind: RowSet.Kind.integer), (name: "name", kind: .text)]
    domains = Codes(.insert(into: "link_domains", name))
    parents = Codes(.insert(into: "link_parents", name))
    reasons = Codes(
      .insert(
        into: "link_reasons",
        [
          ("id", .integer), ("code", .text), ("matcher", .text), ("attribute", .text),
          ("derived", .integer),
        ]))
  }

  /// The number of a domain.
  mutating func domain(_ name: String) throws -> Int64 {
    if let lastDomain, lastDomain.name.utf8.elementsEqual(name.utf8) { return lastDomain.number }
    try load()
    let number = try domains.number(of: Array(name.utf8), database) {
      $0.append(nonNull: $1[...])
    }
    lastDomain = (name, number)
    return number
  }

  /// The number of the parent in a distinguished name; nil if it has none.
  mutating func parent(of distinguishedName: ArraySlice<UInt8>) throws -> Int64? {
    guard let parent = DistinguishedName.parent(of: distinguishedName), !parent.isEmpty else {
      return nil
    }
    let place = RecentNumbers.place(of: parent)
    if let number = recentParents.number(of: parent, at: place) { return number }
    try load()
    let name = Array(parent)
    let number = try parents.number(of: name, database) { $0.append(nonNull: $1[...]) }
    recentParents.note(name, number, at: place)
    return number
  }

  /// The number of a kind of reason.
  mutating func reason(_ kind: ReasonKind) throws -> Int64 {
    if let lastReason, lastReason.kind == kind { return lastReason.number }
    try load()
    let number = try reasons.number(of: kind, database) { row, kind in
      row.append(nonNull: Array(kind.code.utf8)[...])
      row.append(kind.matcher)
      row.append(kind.attribute)
      row.append(kind.derived)
    }
    lastReason = (kind, number)
    return number
  }

  /// All of them, in one statement.
  static let all = Question(
    sql: """
      SELECT 0, id, code, matcher, attribute, derived FROM link_reasons
      UNION ALL SELECT 1, id, name, NULL, NULL, NULL FROM link_domains
      UNION ALL SELECT 2, id, name, NULL, NULL, NULL FROM link_parents
      """, columns: [.integer, .integer, .text, .text, .text, .integer])

  private mutating func load() throws {
    guard !isLoaded else { return }
    isLoaded = true
    let statement = try database.statement(Self.all.sql)
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      let number = row.integer(1)
      switch row.integer(0) {
      case 0:
        let kind = ReasonKind(
          code: row.text(2) ?? "", matcher: row.text(3), attribute: row.text(4),
          derived: row.integer(5))
        reasons.note(kind, number)
      case 1: domains.note(Array(row.slice(2) ?? []), number)
      default: parents.note(Array(row.slice(2) ?? []), number)
      }
    }
  }

  /// The numbers of names that were met last: a company has few places in its tree, and a million links ask for them.
  private struct RecentNumbers {
    private static let count = 256

    private var names = [[UInt8]](repeating: [], count: count)
    private var numbers = [Int64](repeating: 0, count: count)

    static func place(of name: ArraySlice<UInt8>) -> Int {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      let bytes = name.span
      for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
      return Int(hash >> 32) & (count - 1)
    }

    func number(of name: ArraySlice<UInt8>, at place: Int) -> Int64? {
      numbers[place] != 0 && names[place][...] == name ? numbers[place] : nil
    }

    mutating func note(_ name: [UInt8], _ number: Int64, at place: Int) {
      (names[place], numbers[place]) = (name, number)
    }
  }

  /// The numbers of one table.
  private struct Codes<Key: Hashable> {
    private let rows: RowSet
    private var numbers: [Key: Int64] = [:]
    private var next: Int64 = 1
    private var insert: (any Statement)?

    init(_ rows: RowSet) { self.rows = rows }

    /// Notes one that is stored.
    mutating func note(_ key: Key, _ number: Int64) {
      numbers[key] = number
      next = max(next, number + 1)
    }

    /// The number of a key; one that is new is stored.
    mutating func number(
      of key: Key, _ database: StoreDatabase, append: (inout RowImage, Key) -> Void
    ) throws -> Int64 {
      if let number = numbers[key] { return number }
      let writer = try insert ?? database.rowWriter(rows)
      insert = writer
      let number = next
      var row = RowImage(.integer(number))
      append(&row, key)
      try writer.run(row)
      note(key, number)
      return number
    }
  }
}
