internal import PluginContract
internal import TenantCore

/// Reads the audit: rows that are a change each, and rows that are a packed batch (``ChangeBatch``),
/// whose id is the number of its last change.
struct ChangeReader {
  private static let columns = """
    kind, run, at, actor, user_name, guid, domain, login, fields, comment, id, packed
    """
  private static let id = 10
  private static let packed = 11
  /// The rows that are asked for at once; each may be a thousand changes.
  private static let rowsAtOnce = 100

  /// What is asked for, its login apart.
  var filter = HistoryFilter()
  /// The directory user whose changes are asked for; nil for all.
  var login: LoginFilter?
  /// Only changes with a smaller number.
  var before = Int64.max
  /// Only changes with a larger number, and then the earliest first.
  var after: Int64?
  let limit: Int

  /// Changes, the latest first or, after a number, the earliest first.
  func changes(_ database: StoreDatabase) throws -> [NumberedChange] {
    // The first row may be a batch that begins before the number and ends behind it.
    let end = try database.integer(
      "SELECT id FROM changes WHERE id >= ? ORDER BY id LIMIT 1", RowImage(.integer(before)))
    var range = (after: after ?? 0, upTo: end ?? before)
    var found: [NumberedChange] = []
    var row = RowImage()
    var isMore = true
    while found.count < limit, isMore {
      let statement = try database.statement(
        """
        SELECT \(Self.columns) FROM changes WHERE id > ? AND id <= ?\(conditions)
        ORDER BY id \(after == nil ? "DESC" : "ASC") LIMIT \(Self.rowsAtOnce)
        """)
      try statement.bind(RowImage(.integer(range.after), .integer(range.upTo)))
      defer { statement.reset() }
      var count = 0
      while found.count < limit, try statement.step() {
        count += 1
        statement.read(into: &row)
        try Task.checkCancellation()
        if after == nil {
          range.upTo = row.integer(Self.id) - 1
        } else {
          range.after = row.integer(Self.id)
        }
        guard filter.includes(actor: row.text(3) ?? "") else { continue }
        let accepted = try accepted(row)
        if after == nil {
          found += accepted.suffix(limit - found.count).reversed()
        } else {
          found += accepted.prefix(limit - found.count)
        }
      }
      isMore = count == Self.rowsAtOnce
    }
    return found
  }

  /// What all changes of a row have in common; times are written so that their texts have their order.
  private var conditions: String {
    [
      filter.run.map { " AND run = \($0)" }, filter.since.map { " AND at >= '\($0.start)'" },
      filter.until.map { " AND at < '\($0.end)'" },
    ].compactMap(\.self).joined()
  }

  /// The changes of a row that are asked for, in order.
  private func accepted(_ row: RowImage) throws -> [NumberedChange] {
    var accepted: [NumberedChange] = []
    try Self.forEachChange(in: row) { change in
      guard change.number < before, change.number > after ?? 0, filter.includes(change.kind),
        login?.accepts(guid: change.guid, domain: change.domain, login: change.login) ?? true
      else { return }
      accepted.append(NumberedChange(number: change.number, change: try change.record))
    }
    return accepted
  }

  /// Changes by number, in the order of the numbers; many of them are in one batch.
  static func changes(_ numbers: [Int64], _ database: StoreDatabase) throws -> [NumberedChange] {
    let statement = try database.statement(
      "SELECT \(columns) FROM changes WHERE id >= ? ORDER BY id LIMIT 1")
    var rows: [Int64: RowImage] = [:]
    var wanted: [Int64: Set<Int64>] = [:]
    var row = RowImage()
    var id: Int64 = -1
    for number in numbers.sorted() {
      // Up to the number of the last one, all are in one row.
      if number > id {
        try statement.bind(RowImage(.integer(number)))
        guard try statement.step() else { break }
        statement.read(into: &row)
        id = row.integer(Self.id)
        rows[id] = row
      }
      wanted[id, default: []].insert(number)
    }
    statement.reset()
    var found: [Int64: ChangeRecord] = [:]
    for (id, row) in rows {
      try forEachChange(in: row) { change in
        if wanted[id]?.contains(change.number) == true { found[change.number] = try change.record }
      }
    }
    return numbers.compactMap { number in
      found[number].map { NumberedChange(number: number, change: $0) }
    }
  }

  /// Whom the changes with larger numbers are about.
  static func forEachSubject(
    after number: Int64, _ database: StoreDatabase, _ body: (ChangeSubject) throws -> Void
  ) throws {
    let statement = try database.statement(
      "SELECT \(columns) FROM changes WHERE id > ? ORDER BY id")
    var row = RowImage()
    row.append(number)
    try statement.bind(row)
    try statement.forEachRow {
      statement.read(into: &row)
      try forEachChange(in: row) { change in
        guard change.number > number else { return }
        try body(
          ChangeSubject(
            number: change.number, guid: change.guid,
            userKey: CanonicalText.of(change.userName)))
      }
    }
  }

  /// A change of either kind of row; its texts are made when they are asked for.
  private struct StoredChange {
    let number: Int64
    let row: RowImage
    let unpacker: ChangeUnpacker?

    var kind: ChangeRecord.Kind {
      unpacker?.kind ?? ChangeRecord.Kind(rawValue: row.text(0) ?? "") ?? .updated
    }
    var guid: ObjectGUID? { unpacker.map(\.guid) ?? row.guid(5) }
    var userName: String { unpacker?.userName ?? row.text(4) ?? "" }
    var domain: String? { unpacker.map(\.domain) ?? row.text(6) }
    var login: String? { unpacker.map(\.login) ?? row.text(7) }

    var record: ChangeRecord {
      get throws {
        let run: Int64? = if case .integer(let run) = row.cells[1] { run } else { nil }
        var record = ChangeRecord(
          kind: kind,
          run: run, at: try row.moment(2), actor: row.text(3) ?? "", userName: userName,
          guid: guid, domain: domain, login: login)
        if let unpacker {
          record.fields = unpacker.fields
          record.comment = unpacker.comment
        } else {
          let fields = try row.text(8).map { try JSONText.decode([Field].self, $0) } ?? []
          record.fields = fields.compactMap(\.change)
          record.comment = row.text(9)
        }
        return record
      }
    }
  }

  /// Gives the changes of a row in order.
  private static func forEachChange(
    in row: RowImage, _ body: (StoredChange) throws -> Void
  ) throws {
    guard let bytes = row.slice(packed) else {
      return try body(StoredChange(number: row.integer(id), row: row, unpacker: nil))
    }
    var unpacker = try ChangeUnpacker(Array(bytes))
    let first = row.integer(id) - Int64(unpacker.count) + 1
    for offset in 0..<unpacker.count {
      try unpacker.next()
      try body(StoredChange(number: first + Int64(offset), row: row, unpacker: unpacker))
    }
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
