internal import GRDB
internal import PluginContract
internal import TenantCore

/// Appends to the audit (T5), one row a change.
struct ChangeWriter {
  private let statement: RawStatement
  private var row = RowImage()

  init(_ database: Database) throws {
    statement = try RawStatement(
      database,
      """
      INSERT INTO changes (kind, run, at, actor, user_name, guid, domain, login, fields, comment)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
  }

  /// Appends a change.
  mutating func append(_ change: ChangeRecord) throws {
    row.clear()
    row.append(change.kind.rawValue)
    if let run = change.run { row.append(run) } else { row.appendNull() }
    row.append(change.at)
    row.append(nonNull: Array(change.actor.utf8)[...])
    row.append(nonNull: Array(change.userName.utf8)[...])
    if let guid = change.guid { row.append(blob: guid.bytes) } else { row.appendNull() }
    row.append(change.domain)
    row.append(change.login)
    Self.append(change.fields, to: &row)
    row.append(change.comment)
    try statement.run(row)
  }

  private static func append(_ fields: [FieldChange], to row: inout RowImage) {
    guard !fields.isEmpty else { return row.appendNull() }
    row.append { bytes in
      for (index, field) in fields.enumerated() {
        bytes.append(contentsOf: (index == 0 ? "[{\"field\":\"" : ",{\"field\":\"").utf8)
        bytes.append(contentsOf: field.field.rawValue.utf8)
        bytes.append(contentsOf: "\",\"old\":".utf8)
        JSONText.append(field.old, to: &bytes)
        bytes.append(contentsOf: ",\"new\":".utf8)
        JSONText.append(field.new, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
      }
      bytes.append(UInt8(ascii: "]"))
    }
  }
}

/// Reads the audit.
struct ChangeReader {
  private static let columns = """
    kind, run, at, actor, user_name, guid, domain, login, fields, comment
    """

  /// The directory user whose changes are wanted; nil for all.
  var filter: LoginFilter?
  /// Only changes with a smaller number.
  var before = Int64.max
  let limit: Int

  /// Changes, the latest first.
  func changes(_ database: Database) throws -> [NumberedChange] {
    let statement = try RawStatement(
      database, "SELECT \(Self.columns), id FROM changes WHERE id < ? ORDER BY id DESC")
    var found: [NumberedChange] = []
    var row = RowImage()
    row.append(before)
    try statement.bind(row)
    while found.count < limit, try statement.step() {
      statement.read(into: &row)
      guard accepts(row) else { continue }
      found.append(NumberedChange(number: row.integer(10), change: try Self.record(of: row)))
    }
    return found
  }

  private func accepts(_ row: RowImage) -> Bool {
    filter?.accepts(guid: row.guid(5), domain: row.text(6), login: row.text(7)) ?? true
  }

  /// Changes by number.
  static func changes(_ numbers: [Int64], _ database: Database) throws -> [NumberedChange] {
    let statement = try RawStatement(database, "SELECT \(columns) FROM changes WHERE id = ?")
    var row = RowImage()
    return try numbers.compactMap { number in
      row.clear()
      row.append(number)
      try statement.bind(row)
      guard try statement.step() else { return nil }
      statement.read(into: &row)
      statement.reset()
      return NumberedChange(number: number, change: try record(of: row))
    }
  }

  /// Whom the changes with larger numbers are about.
  static func forEachSubject(
    after number: Int64, _ database: Database, _ body: (ChangeSubject) throws -> Void
  ) throws {
    let statement = try RawStatement(
      database, "SELECT id, guid, user_name FROM changes WHERE id > ? ORDER BY id")
    var row = RowImage()
    row.append(number)
    try statement.bind(row)
    try statement.forEachRow {
      statement.read(into: &row)
      try body(
        ChangeSubject(
          number: row.integer(0), guid: row.guid(1), userKey: CanonicalText.of(row.text(2) ?? "")))
    }
  }

  private static func record(of row: RowImage) throws -> ChangeRecord {
    let run: Int64? = if case .integer(let run) = row.cells[1] { run } else { nil }
    let fields = try row.text(8).map { try JSONText.decode([Field].self, $0) } ?? []
    return ChangeRecord(
      kind: ChangeRecord.Kind(rawValue: row.text(0) ?? "") ?? .updated, run: run,
      at: try row.moment(2), actor: row.text(3) ?? "", userName: row.text(4) ?? "",
      guid: row.guid(5), domain: row.text(6), login: row.text(7),
      fields: fields.compactMap(\.change), comment: row.text(9))
  }

  private struct Field: Decodable {
    var field: String
    var old: String?
    var new: String?

    var change: FieldChange? {
      .init(rawName: field, old: old, new: new)
    }
  }
}

extension FieldChange {
  fileprivate init?(rawName: String, old: String?, new: String?) {
    guard let field = TenantField(rawValue: rawName) else { return nil }
    self.init(field, old: old, new: new)
  }
}
