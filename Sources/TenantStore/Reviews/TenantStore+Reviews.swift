internal import Administration
internal import Authorization
internal import PluginContract
internal import TenantCore

/// Rounds of review.
extension TenantStore {
  func reviewRounds() async throws -> [ReviewRound] {
    try await read { try ReviewRow.rounds($0, "ORDER BY number") }
  }

  func openReview(actor: String, at moment: Timestamp) async throws -> ReviewRound {
    let name = tenant.name
    return try await write { database in
      if let open = try ReviewRow.rounds(database, "WHERE state = 'open'").first {
        throw StoreError(
          .notAvailable,
          "review \(open.number) of tenant '\(name)' is open since \(open.opened.at), by "
            + "\(open.opened.actor); sign or abandon it first")
      }
      guard let run = try RunRow.lastComplete(database)?.id else {
        throw Failure(
          .incomplete, "tenant '\(name)' has no complete run yet to review", remedy: .sync)
      }
      var row = RowImage()
      row.append(moment)
      row.append(nonNull: Array(actor.utf8)[...])
      row.append(run)
      row.append(try Self.lastChange(database))
      try database.statement(
        """
        INSERT INTO reviews (number, state, opened_at, opened_by, opened_run, opened_change)
        SELECT coalesce(max(number), 0) + 1, 'open', ?, ?, ?, ? FROM reviews
        """
      ).run(row)
      guard let round = try ReviewRow.rounds(database, "WHERE state = 'open'").first else {
        throw PackedBytes.damage
      }
      return round
    }
  }

  private static func lastChange(_ database: StoreDatabase) throws -> Int64 {
    try database.integer("SELECT max(id) FROM changes") ?? 0
  }

  // MARK: - Decisions

  func decisions(ofReview number: Int64) async throws -> [ReviewSubject: ReviewDecision] {
    try await read { try DecisionRow.latest($0, where: "d.review = \(number)") }
  }

  func decisions(beforeReview number: Int64) async throws -> [ReviewSubject: ReviewDecision] {
    try await read {
      try DecisionRow.latest(
        $0,
        where: """
          d.review IN (SELECT number FROM reviews WHERE state = 'signed' AND number < \(number))
          """)
    }
  }

  func lastDecision(ofReview number: Int64) async throws -> Int64 {
    try await read { try Self.lastDecision(ofReview: number, $0) }
  }

  private static func lastDecision(ofReview number: Int64, _ database: StoreDatabase) throws
    -> Int64
  {
    try database.integer(
      "SELECT max(id) FROM review_decisions WHERE review = ?", RowImage(.integer(number))) ?? 0
  }

  func decide(
    _ decisions: [(ReviewSubject, ReviewDecision)], review number: Int64, seen: Int64?
  ) async throws -> [ReviewSubject] {
    try await write { database in
      try Self.requireOpen(number, database)
      if let seen {
        // In the transaction that writes: no run and nobody by hand comes between.
        let rows = try Self.rowsChanged(behind: seen, database)
        let changed = decisions.map(\.0).filter(rows.includes)
        guard changed.isEmpty else { return changed }
      }
      try DecisionRow.insert(decisions, database)
      return []
    }
  }

  private static func requireOpen(_ number: Int64, _ database: StoreDatabase) throws {
    guard try ReviewRow.rounds(database, "WHERE number = \(number) AND state = 'open'").count == 1
    else {
      throw StoreError(
        .notAvailable, "review \(number) is not open any more; nothing was written",
        remedy: .showReviews)
    }
  }

  // MARK: - Rows

  func forEachRoundRows(_ body: @escaping @Sendable (RoundRows) throws -> Void) async throws {
    try await read { try RoundRowStream($0).forEachBatch(body) }
  }

  func forEachSignedRows(
    ofReview number: Int64, _ body: @escaping @Sendable (RoundRows) throws -> Void
  ) async throws {
    try await read { database in
      let statement = try database.statement(
        """
        SELECT domain, row_count, facts, shown FROM review_rows WHERE review = \(number)
        ORDER BY number
        """)
      try statement.forEachRow {
        let packed = PackedRoundRows(
          domain: String(decoding: statement.bytes(0), as: UTF8.self),
          count: Int(statement.integer(1)), facts: statement.bytes(2), shown: statement.bytes(3))
        try body(packed.unpacked())
      }
    }
  }

  // MARK: - Ends

  func sign(
    review number: Int64, _ signature: ReviewSignature, rows: [RoundRows], closed: ReviewRound.Mark
  ) async throws {
    let details = try JSONText.encode(signature.details)
    let keySignature = try signature.keySignature.map { try JSONText.encode($0) }
    try await write { database in
      try Self.requireOpen(number, database)
      guard try Self.lastDecision(ofReview: number, database) == signature.lastDecision else {
        throw StoreError(
          .notAvailable,
          "somebody decided while review \(number) was being signed; look at it and sign again")
      }
      try Self.insert(rows, ofReview: number, database)
      var row = RowImage()
      row.append(closed.at)
      row.append(nonNull: Array(closed.actor.utf8)[...])
      row.append(closed.run)
      row.append(closed.change)
      row.append(nonNull: Array(signature.statement.utf8)[...])
      row.append(signature.digest)
      row.append(signature.previousDigest)
      row.append(signature.lastDecision)
      row.append(details)
      row.append(keySignature)
      row.append(number)
      try database.statement(
        """
        UPDATE reviews SET state = 'signed', closed_at = ?, closed_by = ?, closed_run = ?,
          closed_change = ?, statement = ?, digest = ?, previous_digest = ?, last_decision = ?,
          details = ?, key_signature = ? WHERE number = ?
        """
      ).run(row)
    }
  }

  private static func insert(
    _ rows: [RoundRows], ofReview number: Int64, _ database: StoreDatabase
  ) throws {
    let insert = try database.rowWriter(
      .insert(
        into: "review_rows",
        [
          ("review", .integer), ("number", .integer), ("domain", .text), ("row_count", .integer),
          ("facts", .blob), ("shown", .blob),
        ]))
    var row = RowImage()
    for (index, batch) in rows.enumerated() {
      let packed = PackedRoundRows(batch)
      row.clear()
      row.append(number)
      row.append(Int64(index))
      row.append(nonNull: Array(packed.domain.utf8)[...])
      row.append(Int64(packed.count))
      row.append(blob: packed.facts)
      row.append(blob: packed.shown)
      try insert.run(row)
    }
  }

  func abandonReview(_ number: Int64, actor: String, at moment: Timestamp) async throws {
    try await write { database in
      try Self.requireOpen(number, database)
      var row = RowImage()
      row.append(moment)
      row.append(nonNull: Array(actor.utf8)[...])
      row.append(try RunRow.lastComplete(database)?.id ?? 0)
      row.append(try Self.lastChange(database))
      row.append(number)
      try database.statement(
        """
        UPDATE reviews SET state = 'abandoned', closed_at = ?, closed_by = ?, closed_run = ?,
          closed_change = ? WHERE number = ?
        """
      ).run(row)
    }
  }
}
