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

  private var domains: Names
  private var parents: Names
  private var reasons: Reasons

  init(_ database: StoreDatabase) {
    domains = Names("link_domains", database)
    parents = Names("link_parents", database)
    reasons = Reasons(database)
  }

  /// The number of a domain.
  mutating func domain(_ name: String) throws -> Int64 { try domains.number(of: Array(name.utf8)) }

  /// The number of the parent in a distinguished name; nil if it has none.
  mutating func parent(of distinguishedName: ArraySlice<UInt8>) throws -> Int64? {
    guard let parent = DistinguishedName.parent(of: distinguishedName), !parent.isEmpty else {
      return nil
    }
    return try parents.number(of: Array(parent))
  }

  /// The number of a kind of reason.
  mutating func reason(_ kind: ReasonKind) throws -> Int64 { try reasons.number(of: kind) }

  /// A table of names.
  private struct Names {
    private let table: String
    private let database: StoreDatabase
    private var numbers: [[UInt8]: Int64]?
    private var next: Int64 = 1
    private var insert: (any Statement)?

    init(_ table: String, _ database: StoreDatabase) {
      self.table = table
      self.database = database
    }

    mutating func number(of name: [UInt8]) throws -> Int64 {
      if numbers == nil { try load() }
      if let number = numbers?[name] { return number }
      let writer =
        try insert
        ?? database.rowWriter(.insert(into: table, [("id", .integer), ("name", .text)]))
      insert = writer
      var row = RowImage(.integer(next))
      row.append(nonNull: name[...])
      try writer.run(row)
      numbers?[name] = next
      next += 1
      return next - 1
    }

    private mutating func load() throws {
      var numbers: [[UInt8]: Int64] = [:]
      let statement = try database.statement("SELECT id, name FROM \(table)")
      try statement.forEachRow {
        numbers[statement.bytes(1)] = statement.integer(0)
        next = max(next, statement.integer(0) + 1)
      }
      self.numbers = numbers
    }
  }

  /// The table of the kinds of reasons.
  private struct Reasons {
    private let database: StoreDatabase
    private var numbers: [ReasonKind: Int64]?
    private var next: Int64 = 1
    private var insert: (any Statement)?

    init(_ database: StoreDatabase) { self.database = database }

    mutating func number(of kind: ReasonKind) throws -> Int64 {
      if numbers == nil { try load() }
      if let number = numbers?[kind] { return number }
      let writer =
        try insert
        ?? database.rowWriter(
          .insert(
            into: "link_reasons",
            [
              ("id", .integer), ("code", .text), ("matcher", .text), ("attribute", .text),
              ("derived", .integer),
            ]))
      insert = writer
      var row = RowImage(.integer(next))
      row.append(nonNull: Array(kind.code.utf8)[...])
      row.append(kind.matcher)
      row.append(kind.attribute)
      row.append(kind.derived)
      try writer.run(row)
      numbers?[kind] = next
      next += 1
      return next - 1
    }

    private mutating func load() throws {
      var numbers: [ReasonKind: Int64] = [:]
      for row in try database.rows(
        "SELECT id, code, matcher, attribute, derived FROM link_reasons")
      {
        let kind = ReasonKind(
          code: row.text(1) ?? "", matcher: row.text(2), attribute: row.text(3),
          derived: row.integer(4))
        numbers[kind] = row.integer(0)
        next = max(next, row.integer(0) + 1)
      }
      self.numbers = numbers
    }
  }
}
