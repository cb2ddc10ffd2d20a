import PluginContract
import TenantCore

@testable import TenantStore

/// A snapshot as an array of rows, slow and obvious: what the packed one is held against.
struct SnapshotReference {
  struct Row: Equatable {
    var domain: String
    var key: [[UInt8]]
    var record: SnapshotRecord
  }

  private(set) var rows: [Row] = []

  /// Takes the rows of a plan.
  ///
  /// A row that is as it is stored keeps the reason that is stored; any other gets the reason that its link has now,
  /// if it has a link.
  mutating func run(_ plan: Plan, _ directories: [Directory], links: [ObjectGUID: Reason]) {
    let stored = rows
    rows = []
    for planned in plan.rows {
      let source = plan.directoryUsers[Int(planned.batch)]
      let record = Int(planned.record)
      func value(_ name: String) -> ArraySlice<UInt8> {
        source.records.column(name)?.raw.first(of: record) ?? []
      }
      let domain = directories[source.directory].domain
      let guid = source.anchors[record]
      let login = value(DirectoryAttribute.login)
      let name = value(DirectoryAttribute.distinguishedName)
      let domainKey: [UInt8] = Array(CanonicalText.of(domain).utf8)
      let loginKey: [UInt8] = CanonicalText.of(login) ?? []
      var rowID: [UInt8] = [guid == nil ? 0 : 1]
      rowID += guid?.bytes ?? Array(name)
      var key: [[UInt8]] = [domainKey, loginKey, rowID]
      let alike = rows.count {
        guid == nil && $0.record.guid == nil && $0.key[0] == domainKey && $0.key[1] == loginKey
          && $0.record.distinguishedName == name
      }
      if alike > 0 { key[2] += Array("#\(Hex.text(of: UInt(alike + 1), width: 8))".utf8) }
      var row = Row(
        domain: domain, key: key,
        record: SnapshotRecord(
          guid: guid, state: planned.state == .found ? .linked : planned.state,
          flags: source.flags[record], userID: 0, login: login,
          mail: value(DirectoryAttribute.mail),
          principalName: value(DirectoryAttribute.userPrincipalName),
          firstName: value(DirectoryAttribute.firstName),
          lastName: value(DirectoryAttribute.lastName),
          employeeID: value(DirectoryAttribute.employeeID), distinguishedName: name,
          occurrence: alike > 0 ? alike + 1 : 0, more: Self.more(source.records, record)[...],
          reason: planned.reason == .kept ? nil : StoredReason(plan.reason(of: planned))))
      if planned.user >= 0 { row.record.userID = plan.users.id(of: Int(planned.user)) }
      if stored.contains(row) {
        rows.append(row)
        continue
      }
      if planned.reason == .kept, let guid, let link = links[guid],
        let current = plan.currentReason(of: planned, link: link)
      {
        row.record.reason = StoredReason(current)
      }
      rows.append(row)
    }
    rows.sort { Self.precedes($0.key, $1.key) }
  }

  /// Changes a row by hand.
  mutating func set(_ guid: ObjectGUID, _ state: RowState, userID: Int64?, _ reason: Reason?) {
    for index in rows.indices where rows[index].record.guid == guid {
      rows[index].record.state = state
      rows[index].record.userID = userID ?? 0
      rows[index].record.reason = reason.map { StoredReason($0) }
    }
  }

  static func precedes(_ one: [[UInt8]], _ other: [[UInt8]]) -> Bool {
    for (left, right) in zip(one, other) where left != right {
      return left.lexicographicallyPrecedes(right)
    }
    return false
  }

  private static func more(_ records: RecordBatch, _ record: Int) -> [UInt8] {
    var members: [String] = []
    for column in records.columns where column.name != DirectoryAttribute.distinguishedName {
      let texts = column.raw.texts(of: record)
      guard texts.count > (DirectoryAttribute.text.contains(column.name) ? 1 : 0) else { continue }
      var array: [UInt8] = []
      JSONText.append(texts, to: &array)
      members.append("\"\(column.name)\":\(String(decoding: array, as: UTF8.self))")
    }
    return members.isEmpty ? [] : Array("{\(members.joined(separator: ","))}".utf8)
  }
}
