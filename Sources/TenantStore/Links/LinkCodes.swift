internal import GRDB
internal import TenantCore

/// The numbers that stand in `link_rows` for what many links have in common; made when they are first
/// needed.
struct LinkCodes {
  /// What is the same in the reasons of many links.
  struct ReasonKind: Hashable {
    var code: String
    var matcher: String?
    var attribute: String?
    /// The bits of ``LinkSchema/Derived``.
    var derived: Int64
  }

  private let database: Database
  private var domains: [String: Int64] = [:]
  private var parents: [[UInt8]: Int64] = [:]
  private var reasons: [ReasonKind: Int64] = [:]

  init(_ database: Database) { self.database = database }

  /// The number of a domain.
  mutating func domain(_ name: String) throws -> Int64 {
    if let number = domains[name] { return number }
    var row = RowImage()
    row.append(nonNull: Array(name.utf8)[...])
    let number = try number(in: "link_domains", columns: ["name"], row)
    domains[name] = number
    return number
  }

  /// The number of the parent in a distinguished name; nil if it has none.
  mutating func parent(of distinguishedName: ArraySlice<UInt8>) throws -> Int64? {
    guard let parent = DistinguishedName.parent(of: distinguishedName), !parent.isEmpty else {
      return nil
    }
    let name = Array(parent)
    if let number = parents[name] { return number }
    var row = RowImage()
    row.append(nonNull: parent)
    let number = try number(in: "link_parents", columns: ["name"], row)
    parents[name] = number
    return number
  }

  /// The number of a kind of reason.
  mutating func reason(_ kind: ReasonKind) throws -> Int64 {
    if let number = reasons[kind] { return number }
    var row = RowImage()
    row.append(nonNull: Array(kind.code.utf8)[...])
    row.append(kind.matcher)
    row.append(kind.attribute)
    row.append(kind.derived)
    let number = try number(
      in: "link_reasons", columns: ["code", "matcher", "attribute", "derived"], row)
    reasons[kind] = number
    return number
  }

  private func number(in table: String, columns: [String], _ row: RowImage) throws -> Int64 {
    let condition = columns.map { "\($0) IS ?" }.joined(separator: " AND ")
    let find = try RawStatement(database, "SELECT id FROM \(table) WHERE \(condition)")
    try find.bind(row)
    defer { find.reset() }
    if try find.step() { return find.integer(0) }
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    try RawStatement(
      database, "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    ).run(row)
    return database.lastInsertedRowID
  }
}
