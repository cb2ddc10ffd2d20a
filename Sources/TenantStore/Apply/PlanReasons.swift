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

/// The reasons of standing links, asked for only where a row differs from what is stored: row by row in SQLite, at once
/// for all rows that ``prepare(_:_:)`` names in PostgreSQL.
struct LinkReasons {
  private let database: StoreDatabase
  private let statement: any Statement
  private var prepared: [ObjectGUID] = []
  private var found: [ObjectGUID: Reason]?

  init(_ database: StoreDatabase) throws {
    self.database = database
    statement = try database.statement(
      "SELECT \(ReasonColumns.list(of: "l")) FROM links AS l WHERE l.guid = ?")
  }

  /// Says whose reasons may be asked for next.
  mutating func prepare(_ rows: some Sequence<PlannedRow>, _ source: PlanSource) {
    guard database.isPostgres else { return }
    prepared = rows.compactMap { $0.reason == .kept ? source.anchor(of: $0) : nil }
    found = nil
  }

  /// The reason of a link whose value changed since it was made; nil for any other row, whose reason is
  /// the link's own or its own.
  mutating func current(of planned: PlannedRow, _ source: PlanSource) throws -> Reason? {
    guard planned.reason == .kept, let guid = source.anchor(of: planned),
      let link = try reason(of: guid)
    else { return nil }
    return source.plan.currentReason(of: planned, link: link)
  }

  private mutating func reason(of guid: ObjectGUID) throws -> Reason? {
    guard database.isPostgres else {
      try statement.bind(RowImage(.blob(guid.bytes)))
      defer { statement.reset() }
      guard try statement.step() else { return nil }
      var row = RowImage()
      statement.read(into: &row)
      return try ReasonColumns.reason(in: row, from: 0)
    }
    let reasons = try found ?? TenantStore.linkReasons(of: prepared, database)
    found = reasons
    return reasons[guid]
  }
}
