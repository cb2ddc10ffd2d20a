internal import PluginContract
internal import TenantCore

/// Packs a snapshot of single rows, as earlier versions stored it, into batches.
struct SnapshotBatchesMigration {
  private let database: StoreDatabase

  init(_ database: StoreDatabase) { self.database = database }

  func run() throws {
    try database.execute(all: SnapshotTables.create)
    let rows = try database.statement(
      """
      SELECT domain_key, login_key, row_id, login, mail, state, domain, user_id, flags,
        user_principal_name, first_name, last_name, employee_id, distinguished_name,
        more_attributes, \(ReasonColumns.names.joined(separator: ", "))
      FROM snapshot ORDER BY domain_key, login_key, row_id
      """)
    var writer = try SnapshotBatchWriter(database)
    var builder = SnapshotBatchBuilder()
    var domain = ""
    var firstKey: [UInt8] = []
    var row = RowImage()
    try rows.forEachRow {
      rows.read(into: &row)
      let rowDomain = row.text(6) ?? ""
      if builder.count == SnapshotBatchWriter.usualCount || rowDomain != domain {
        if builder.count > 0 {
          try writer.insert(builder.finish(domain: domain, firstKey: firstKey))
        }
        builder = SnapshotBatchBuilder()
        domain = rowDomain
        firstKey = Self.key(of: row)
      }
      builder.append(Self.record(of: row))
    }
    if builder.count > 0 {
      try writer.insert(builder.finish(domain: domain, firstKey: firstKey))
    }
    try database.execute(all: "DROP TABLE snapshot")
  }

  private static func key(of row: RowImage) -> [UInt8] {
    var key: [UInt8] = []
    for cell in 0..<2 { SnapshotKey.append(text: row.slice(cell) ?? [], to: &key) }
    let id = row.slice(2) ?? []
    if row.guid(2) != nil {
      SnapshotKey.append(guid: id, to: &key)
    } else {
      SnapshotKey.appendRecordMark(to: &key)
      key += id
    }
    return key
  }

  private static func record(of row: RowImage) -> SnapshotRecord {
    let reason = (15..<15 + ReasonColumns.names.count).map { row.slice($0) ?? [] }
    let name = row.slice(13) ?? []
    return SnapshotRecord(
      guid: row.guid(2), state: RowState(rawValue: row.text(5) ?? "") ?? .failed,
      flags: AccountFlags(rawValue: UInt8(clamping: row.integer(8))), userID: row.integer(7),
      login: row.slice(3) ?? [], mail: row.slice(4) ?? [], principalName: row.slice(9) ?? [],
      firstName: row.slice(10) ?? [], lastName: row.slice(11) ?? [],
      employeeID: row.slice(12) ?? [], distinguishedName: name,
      occurrence: row.guid(2) == nil ? occurrence(row.slice(2) ?? [], name: name) : 0,
      more: row.slice(14) ?? [], reason: reason[0].isEmpty ? nil : StoredReason(reason))
  }

  /// What stands behind the distinguished name in the id of a record without a GUID: `#` and eight digits.
  private static func occurrence(_ id: ArraySlice<UInt8>, name: ArraySlice<UInt8>) -> Int {
    guard id.count == name.count + 9, id.starts(with: name) else { return 0 }
    return Hex.number(String(decoding: id.suffix(8), as: UTF8.self)).map { Int($0) } ?? 0
  }
}
