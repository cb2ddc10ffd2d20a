internal import Authorization
internal import PluginContract
internal import TenantCore

/// What pages of long tables need, little at a time.
extension TenantStore {
  func revision() async throws -> StoreRevision {
    try await read { database in
      func number(_ sql: String) throws -> Int64 { try database.integer(sql) ?? 0 }
      return StoreRevision(
        run: try number("SELECT max(id) FROM runs"),
        change: try number("SELECT max(id) FROM changes"),
        snapshot: try number(
          "SELECT id FROM runs WHERE outcome = 'complete' ORDER BY id DESC LIMIT 1"))
    }
  }

  func linkCount() async throws -> Int {
    try await read { Int(try $0.integer("SELECT count(*) FROM link_rows") ?? 0) }
  }

  func head() async throws -> SnapshotHead? { try await read { try Self.head($0) } }

  func rows(_ keys: [RowKey], columns: [RowColumn]) async throws -> RowBatch {
    try await read { database in
      let run = try RunRow.lastComplete(database)?.id ?? 0
      let filler = try RowFiller(columns, run: run, database)
      let places = try SnapshotLookUp(database).places(of: keys)
      var batch = RowBatch(columns: columns)
      let found = keys.compactMap { places[$0] }
      filler.prepare(found.map { ($0.batch, $0.row..<$0.row + 1) })
      for place in found {
        try filler.fill(&batch, with: place.row..<place.row + 1, of: place.batch)
      }
      return batch
    }
  }

  func forEachReviewRows(_ body: @escaping @Sendable (ReviewRows) throws -> Void) async throws {
    try await read { try ReviewRowStream($0).forEachBatch(body) }
  }
}

/// One pass over the snapshot for what a table is searched, filtered and sorted by.
private struct ReviewRowStream {
  private let reader: SnapshotReader
  private let facts: SnapshotRowFacts

  init(_ database: StoreDatabase) throws {
    reader = try SnapshotReader(database, .all)
    facts = try SnapshotRowFacts(run: try RunRow.lastComplete(database)?.id ?? 0, database)
  }

  func forEachBatch(_ body: (ReviewRows) throws -> Void) throws {
    var rows = ReviewRows()
    try reader.forEachSegment { batch, range in
      facts.prepare([(batch, range)])
      for row in range {
        rows.states.append(try facts.state(of: row, in: batch))
        rows.domains.append(batch.domain)
        rows.add(row, of: batch)
        rows.userName.appendRecord(try facts.userName(of: row, in: batch))
        guard rows.states.count == RowBatch.maximumCount else { continue }
        try body(rows)
        rows = ReviewRows()
      }
    }
    if !rows.states.isEmpty { try body(rows) }
  }
}

extension ReviewRows {
  fileprivate mutating func add(_ row: Int, of batch: SnapshotBatch) {
    var bytes: [UInt8] = []
    if let guid = batch.guid(of: row) {
      bytes.append(UInt8(ascii: "g"))
      guid.appendBytes(to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "x"))
      batch.appendRecordID(of: row, to: &bytes)
    }
    keys.appendRecord(bytes)
    bytes.removeAll(keepingCapacity: true)
    _ = CanonicalText.append(batch.shown.login[row], to: &bytes)
    login.appendRecord(bytes)
    let text = batch.shown.mail[row]
    mail.appendRecord(text.isEmpty ? nil : text)
    flags.append(batch.flags(of: row))
    let names = [batch.names.firstName[row], batch.names.lastName[row]].filter { !$0.isEmpty }
    name.appendRecord(names.isEmpty ? nil : Array(names.joined(separator: [UInt8(ascii: " ")])))
  }
}
