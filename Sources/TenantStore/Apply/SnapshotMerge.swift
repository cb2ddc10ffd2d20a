internal import GRDB
internal import PluginContract
internal import TenantCore

/// Brings table `snapshot` to a plan's rows, writing only what differs (P6).
///
/// Both sides come in the order of the key, so that one pass compares them; what differs is
/// written afterwards, because a scan does not see its own table change.
struct SnapshotMerge {
  private let source: PlanSource
  private let userIDs: PlanUserIDs
  private let order: SnapshotOrder
  private let isNewLink: [Bool]

  init(_ source: PlanSource, userIDs: PlanUserIDs) {
    self.source = source
    self.userIDs = userIDs
    order = SnapshotOrder(source)
    var isNewLink = [Bool](repeating: false, count: source.plan.rows.count)
    for row in source.plan.newLinks where isNewLink.indices.contains(row) { isNewLink[row] = true }
    self.isNewLink = isNewLink
  }

  func apply(_ database: Database) throws {
    let difference = try difference(database)
    let remove = try RawStatement(
      database, "DELETE FROM snapshot WHERE domain_key = ? AND login_key = ? AND row_id = ?")
    for key in difference.removed { try remove.run(key) }
    if difference.isFirst { try database.execute(sql: Schema.dropRowIndex) }
    let insert = try RawStatement(database, SnapshotColumns.insert)
    var image = RowImage()
    var reasons = try LinkReasons(database)
    for row in difference.written {
      build(row, reason: try reasons.current(of: source.plan.rows[row], source), into: &image)
      try insert.run(image)
    }
    if difference.isFirst { try database.execute(sql: Schema.makeRowIndex) }
  }

  private struct Difference {
    var written: [Int] = []
    var removed: [RowImage] = []
    /// True if nothing was stored.
    var isFirst = false
  }

  private func difference(_ database: Database) throws -> Difference {
    guard try RawStatement(database, "SELECT 1 FROM snapshot LIMIT 1").step() else {
      return Difference(written: order.rows, isFirst: true)
    }
    let keyCount = SnapshotColumns.keyCount
    let key = SnapshotColumns.names.prefix(keyCount).joined(separator: ", ")
    let stored = try RawStatement(
      database, "SELECT \(SnapshotColumns.list) FROM snapshot ORDER BY \(key)")
    var difference = Difference()
    var reasons = try LinkReasons(database)
    try SortedMerge.run(
      order.rows, with: stored, keyCount: keyCount, build: { build($0, into: &$1) },
      compare: { row, image, isStored in
        var isSame = isStored && stored.equals(image, from: keyCount)
        if isStored, !isSame, let reason = try reasons.current(of: source.plan.rows[row], source) {
          build(row, reason: reason, into: &image)
          isSame = stored.equals(image, from: keyCount)
        }
        if !isSame { difference.written.append(row) }
      }, pass: { difference.removed.append(stored.key(columns: keyCount)) })
    return difference
  }

  /// Makes a row.
  ///
  /// - Parameter reason: what the snapshot stores instead of the link's own reason.
  private func build(_ row: Int, reason: Reason? = nil, into image: inout RowImage) {
    let planned = source.plan.rows[row]
    image.clear()
    order.appendKey(of: row, source, to: &image)
    image.append(source.login(of: planned))
    image.append(source.value(SnapshotColumns.mail, of: planned))
    // `found` is derived from the link's run when it is read, so that the next run writes nothing.
    let state = planned.state == .found ? RowState.linked : planned.state
    image.append(state.rawValue)
    image.append(source.domain(of: planned))
    if let id = userIDs[Int(planned.user)] { image.append(id) } else { image.appendNull() }
    image.append(Int64(source.flags(of: planned).rawValue))
    for column in SnapshotColumns.userPrincipalName...SnapshotColumns.distinguishedName {
      image.append(source.value(column, of: planned))
    }
    source.appendMore(of: planned, to: &image)
    ReasonColumns.append(
      reason ?? source.storedReason(of: planned, isNewLink: isNewLink[row]), to: &image)
  }
}
