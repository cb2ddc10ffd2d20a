internal import GRDB
internal import TenantCore

/// Which reasons of planned rows are stored where.
extension PlanSource {
  /// The reason that the snapshot stores: none where it is that of a link (semantics.md 5: "kept
  /// from the time of linking").
  func storedReason(of row: PlannedRow, isNewLink: Bool) -> Reason? {
    if isNewLink { return nil }
    return switch row.reason {
    case .kept: nil
    case .rule where row.state.status == .matched: nil
    case .rule, .detailed: plan.reason(of: row)
    }
  }
}

/// The reasons of standing links, asked for only where a row differs from what is stored.
struct LinkReasons {
  private let statement: RawStatement
  private var row = RowImage()

  init(_ database: Database) throws {
    statement = try RawStatement(
      database, "SELECT \(ReasonColumns.list(of: "l")) FROM links AS l WHERE l.guid = ?")
  }

  /// The reason of a link whose value changed since it was made; nil for any other row, whose reason is
  /// the link's own or its own.
  mutating func current(of planned: PlannedRow, _ source: PlanSource) throws -> Reason? {
    guard planned.reason == .kept, let guid = source.anchor(of: planned) else { return nil }
    row.clear()
    row.append(blob: guid.bytes)
    try statement.bind(row)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    statement.read(into: &row)
    guard let link = try ReasonColumns.reason(in: row, from: 0) else { return nil }
    return source.plan.currentReason(of: planned, link: link)
  }
}
