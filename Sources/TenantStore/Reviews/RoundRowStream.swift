internal import PluginContract
internal import TenantCore

/// One pass over the snapshot for what a review compares. What the links and users tables have to say is read in one
/// pass over each, before the rows.
struct RoundRowStream {
  private let reader: SnapshotReader
  private let users: AllUserNames
  private let reasons: LinkReasonCodes

  init(_ database: StoreDatabase) throws {
    reader = try SnapshotReader(database, .all)
    users = try AllUserNames(database)
    reasons = try LinkReasonCodes(database)
  }

  func forEachBatch(_ body: (RoundRows) throws -> Void) throws {
    var rows = RoundRows(domain: "")
    try reader.forEachSegment { batch, range in
      if rows.domain != batch.domain {
        if rows.count > 0 { try body(rows) }
        rows = RoundRows(domain: batch.domain)
      }
      for row in range {
        append(row, of: batch, to: &rows)
        guard rows.count == RowBatch.maximumCount else { continue }
        try body(rows)
        rows = RoundRows(domain: batch.domain)
      }
    }
    if rows.count > 0 { try body(rows) }
  }

  private func append(_ row: Int, of batch: SnapshotBatch, to rows: inout RoundRows) {
    let guid = batch.guid(of: row)
    if let guid {
      rows.keys.append(.guid(guid))
    } else {
      var name: [UInt8] = []
      batch.appendDistinguishedName(of: row, to: &name)
      rows.keys.append(.record(Array(String(decoding: name, as: UTF8.self).utf8)))
    }
    rows.states.append(batch.state(of: row))
    rows.flags.append(batch.flags(of: row))
    users.append(batch.userID(of: row), to: &rows.userName)
    let own = batch.rest.reason(of: row)?.texts.first
    let reason = own ?? guid.flatMap { reasons[$0] }
    rows.reasonCode.appendRecord(reason.flatMap { $0.isEmpty ? nil : $0 })
    for (text, column) in [
      (batch.shown.login[row], \RoundRows.login), (batch.shown.mail[row], \RoundRows.mail),
    ] {
      rows[keyPath: column].appendRecord(text.isEmpty ? nil : text)
    }
  }
}

/// The names of all users by their ids.
private struct AllUserNames {
  private var names = PackedColumn()
  private var places: [Int64: Int32] = [:]

  init(_ database: StoreDatabase) throws {
    let statement = try database.statement("SELECT id, user_name FROM users")
    try statement.forEachRow {
      places[statement.integer(0)] = Int32(names.recordCount)
      names.appendRecord(statement.bytes(1))
    }
  }

  func append(_ id: Int64?, to column: inout PackedColumn) {
    guard let place = id.flatMap({ places[$0] }) else {
      let none: [UInt8]? = nil
      return column.appendRecord(none)
    }
    column.appendRecord(firstOf: Int(place), in: names)
  }
}

/// The codes of the reasons of all links, of which there are few different ones.
private struct LinkReasonCodes {
  private var codes: [[UInt8]] = []
  private var numbers: [ObjectGUID: UInt16] = [:]

  init(_ database: StoreDatabase) throws {
    let statement = try database.statement("SELECT guid, reason_code FROM links")
    var known: [[UInt8]: UInt16] = [:]
    try statement.forEachRow {
      guard let guid = ObjectGUID(bytes: statement.bytes(0)) else { return }
      let code = statement.bytes(1)
      if let number = known[code] {
        numbers[guid] = number
      } else if codes.count < UInt16.max {
        known[code] = UInt16(codes.count)
        numbers[guid] = UInt16(codes.count)
        codes.append(code)
      }
    }
  }

  subscript(guid: ObjectGUID) -> ArraySlice<UInt8>? {
    numbers[guid].map { codes[Int($0)][...] }
  }
}
