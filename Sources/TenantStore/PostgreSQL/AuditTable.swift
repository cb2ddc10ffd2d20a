package import Administration
package import Authorization
internal import PluginContract
package import TenantCore

/// The installation's audit in a PostgreSQL: a table to which is appended, and of which nothing is changed.
///
/// What is of no tenant, or of all, is in the installation's name, and so is what was asked for of tenants whose names
/// cannot be one's.
///
/// It blocks, as the file does, and is for work that has a thread of its own.
package struct AuditTable: RefusalAudit, RefusalReading, ReviewAudit, EventAudit, EventReading {
  private let pool: PostgresPool

  package init(_ pool: PostgresPool) { self.pool = pool }

  package func record(_ refusal: RefusalRecord) throws { try append(AuditLine(refusal)) }

  package func record(_ event: AuditEvent) throws { try append(AuditLine(event)) }

  package func record(_ record: ReviewRecord) throws { try append(AuditLine(record)) }

  private func append(_ line: AuditLine) throws {
    try pool.waitToAppend(tenant: Self.place(of: line.tenant)) { try Self.append(line, $0) }
  }

  package func refusals(
    ofTenant tenant: String, fitting filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) throws -> [RefusalRecord] {
    try lines(.refused, ofTenant: tenant, filter, limit).compactMap(\.refusal)
  }

  package func events(
    ofTenant tenant: String, fitting filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) throws -> [AuditEvent] {
    try lines(.done, ofTenant: tenant, filter, limit).compactMap(\.event)
  }

  package func signedDigests(ofTenant tenant: String) throws -> [Int64: String] {
    let rows = try read(tenant) {
      try $0.rows(
        """
        SELECT review, digest FROM audit
        WHERE action = ? AND outcome = 'done' AND review IS NOT NULL AND digest IS NOT NULL
        ORDER BY number DESC
        """, RowImage(.text(ReviewRecord.Action.signed.rawValue)))
    }
    return Dictionary(rows.map { ($0.integer(0), $0.text(1) ?? "") }) { $1 }
  }

  /// True if the tenant has a line of this moment or of an earlier one: nobody moves lines away here.
  package func goesBack(to moment: Timestamp, ofTenant tenant: String) throws -> Bool {
    try read(tenant) {
      try $0.first(
        "SELECT 1 FROM audit WHERE at <= ? LIMIT 1", RowImage(.text(moment.description))) != nil
    }
  }

  // MARK: - Rows

  /// In whose name a line is.
  private static func place(of tenant: String) -> String {
    PlainName.isPlain(tenant) ? tenant : AccessOwner.installation
  }

  /// Appends within a transaction, so that what it tells of and the line are written both or neither.
  static func append(_ line: AuditLine, _ database: StoreDatabase) throws {
    try append([line], database)
  }

  /// Appends lines in their order.
  static func append(_ lines: [AuditLine], _ database: StoreDatabase) throws {
    let writer = try database.rowWriter(rows)
    for line in lines { try writer.run(row(of: line)) }
  }

  private static let rows = RowSet.insert(
    into: "audit",
    [
      ("at", .text), ("actor", .text), ("user_id", .integer), ("action", .text),
      ("outcome", .text), ("missing", .text), ("subject", .text), ("address", .text),
      ("roles", .text), ("review", .integer), ("digest", .text),
    ])

  private static func row(of line: AuditLine) throws -> RowImage {
    func text(_ value: String?) -> RowImage.Value { value.map { .text($0) } ?? .null }
    func texts(_ values: [String]?) throws -> RowImage.Value {
      try text(values.map { try JSONText.encode($0) })
    }
    return RowImage(
      .text(line.at.description), .text(line.actor),
      line.userID.map { .integer(Int64($0)) } ?? .null, .text(line.action),
      .text(line.outcome.rawValue), try texts(line.missing), text(line.subject),
      text(line.address), try texts(line.roles), line.review.map { .integer($0) } ?? .null,
      text(line.digest))
  }

  /// All lines of a tenant, the earliest first.
  static func lines(
    _ database: StoreDatabase, ofTenant tenant: String
  ) throws -> [AuditLine] {
    let partCount = 10_000
    var (lines, after) = ([AuditLine](), Int64.min)
    while true {
      let rows = try database.rows(
        """
        SELECT number, at, actor, user_id, action, missing, subject, address, roles, review, digest, outcome
        FROM audit WHERE number > ? ORDER BY number LIMIT \(partCount)
        """, RowImage(.integer(after)))
      lines += try rows.map {
        try line($0, AuditLine.Outcome(rawValue: $0.text(11) ?? "") ?? .done, tenant)
      }
      guard rows.count == partCount, let last = rows.last else { return lines }
      after = last.integer(0)
    }
  }

  private func read<Value>(
    _ tenant: String, _ body: (StoreDatabase) throws -> Value
  ) throws -> Value {
    try pool.waitToRead(tenant: Self.place(of: tenant), body)
  }

  /// The latest first; read part by part while too few are there.
  private func lines(
    _ outcome: AuditLine.Outcome, ofTenant tenant: String, _ filter: HistoryFilter, _ limit: Int?
  ) throws -> [AuditLine] {
    let (most, partCount) = (limit ?? .max, 1000)
    guard most > 0 else { return [] }
    let (from, to) = (
      filter.since?.start.description ?? "", filter.until?.end.description ?? "~"
    )
    return try read(tenant) { database in
      var (found, before) = ([AuditLine](), Int64.max)
      while found.count < most {
        let rows = try database.rows(
          """
          SELECT number, at, actor, user_id, action, missing, subject, address, roles, review, digest
          FROM audit WHERE number < ? AND outcome = ? AND at >= ? AND at < ?
          ORDER BY number DESC LIMIT \(partCount)
          """,
          RowImage(.integer(before), .text(outcome.rawValue), .text(from), .text(to)))
        let part = try rows.map { try Self.line($0, outcome, tenant) }
        let fitting = part.filter { filter.includes(at: $0.at, by: $0.actor) }
        found += fitting.prefix(most - found.count)
        guard rows.count == partCount, let last = rows.last else { break }
        before = last.integer(0)
      }
      return found
    }
  }

  private static func line(
    _ row: RowImage, _ outcome: AuditLine.Outcome, _ tenant: String
  ) throws -> AuditLine {
    func number(_ cell: Int) -> Int64? {
      if case .integer(let value) = row.cells[cell] { value } else { nil }
    }
    func texts(_ cell: Int) throws -> [String]? {
      try row.text(cell).map { try JSONText.decode([String].self, $0) }
    }
    return AuditLine(
      at: try row.moment(1), actor: row.text(2) ?? "",
      userID: number(3).flatMap { UInt32(exactly: $0) }, tenant: tenant,
      action: row.text(4) ?? "", outcome: outcome, missing: try texts(5), subject: row.text(6),
      address: row.text(7), roles: try texts(8), review: number(9), digest: row.text(10))
  }
}
