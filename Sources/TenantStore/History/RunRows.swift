internal import TenantCore

/// A run as a row, and what of it is JSON.
struct RunRow {
  /// The columns of a SELECT, in the order that ``record(of:)`` reads.
  static let columns = """
    id, outcome, actor, started_at, completed_at, message, new_links, updated_users, details
    """

  /// Inserts a run.
  ///
  /// - Returns: the run with its number.
  static func insert(_ run: RunRecord, _ database: StoreDatabase) throws -> RunRecord {
    var row = RowImage()
    row.append(run.outcome.rawValue)
    row.append(nonNull: Array(run.actor.utf8)[...])
    row.append(run.startedAt)
    row.append(run.completedAt)
    row.append(run.message)
    row.append(Int64(run.newLinks))
    row.append(Int64(run.updatedUsers))
    row.append(try JSONText.encode(RunDetails(run)))
    var numbered = run
    numbered.id = try database.nextNumber(in: "runs")
    row.append(numbered.id)
    try database.statement(
      """
      INSERT INTO runs (outcome, actor, started_at, completed_at, message, new_links,
        updated_users, details, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).run(row)
    return numbered
  }

  /// Runs that a clause after FROM selects, in its order.
  static func runs(_ database: StoreDatabase, _ clause: String) throws -> [RunRecord] {
    try runs(database, query: query(clause))
  }

  private static func query(_ clause: String) -> String { "SELECT \(columns) FROM runs \(clause)" }

  private static func runs(_ database: StoreDatabase, query: String) throws -> [RunRecord] {
    let statement = try database.statement(query)
    var runs: [RunRecord] = []
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      runs.append(try record(of: row))
    }
    return runs
  }

  /// The latest complete run, or nil.
  static func lastComplete(_ database: StoreDatabase) throws -> RunRecord? {
    try runs(database, query: lastComplete.sql).first
  }

  /// How ``lastComplete(_:)`` is asked.
  static let lastComplete = Question(
    sql: query("WHERE outcome = '\(RunOutcome.complete.rawValue)' ORDER BY id DESC LIMIT 1"),
    columns: [.integer, .text, .text, .text, .text, .text, .integer, .integer, .text])

  private static func record(of row: RowImage) throws -> RunRecord {
    let details = try JSONText.decode(RunDetails.self, row.text(8) ?? "{}")
    return RunRecord(
      id: row.integer(0), outcome: RunOutcome(rawValue: row.text(1) ?? "") ?? .failed,
      actor: row.text(2) ?? "", startedAt: try row.moment(3), completedAt: try row.moment(4),
      message: row.text(5).map(OldMessage.withoutCommand), phases: details.phases.map(\.phase),
      reads: details.reads.map(\.report), counts: details.stateCounts,
      rowsByDomain: details.rowsByDomain, usableByDomain: details.usableByDomain,
      userCount: details.users, newLinks: Int(row.integer(6)), updatedUsers: Int(row.integer(7)),
      vanishedLinks: details.vanishedLinks.compactMap(\.vanishedLink),
      findings: details.findings.compactMap(\.finding), fileDigest: details.file)
  }
}
