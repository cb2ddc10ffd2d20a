package import Administration
package import Authorization

/// The sessions of all hosts that share a PostgreSQL, whose clock alone counts.
package struct SessionTable: SessionKeeping {
  private let pool: PostgresPool

  package init(_ pool: PostgresPool) { self.pool = pool }

  private static let isAlive = """
    last_used > now() - make_interval(secs => \(seconds(SessionLimits.idleTime + SessionLimits.precision)))
      AND began > now() - make_interval(secs => \(seconds(SessionLimits.longestTime)))
    """

  private static func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }

  package func begin(_ key: SessionKey, _ signedIn: SignedIn) async throws {
    let row = RowImage(
      .blob(key.digest), .text(signedIn.actor.userName), .text(signedIn.kept))
    try await pool.append(tenant: key.place) { database in
      // Whoever is at the same has locked what it removes.
      try database.execute(
        """
        DELETE FROM sessions WHERE digest IN (
          SELECT digest FROM sessions WHERE NOT (\(Self.isAlive)) FOR UPDATE SKIP LOCKED)
        """)
      try Self.end(beyond: SessionLimits.mostOfOneActor, "actor = ?", row: row, database)
      try Self.end(beyond: SessionLimits.most, "?::text IS NOT NULL", row: row, database)
      try database.execute(
        "INSERT INTO sessions (digest, actor, signed_in) VALUES (?, ?, ?)", row)
    }
  }

  /// Ends those that were longest unused, so that there is room for one more.
  private static func end(
    beyond most: Int, _ condition: String, row: RowImage, _ database: StoreDatabase
  ) throws {
    try database.execute(
      """
      DELETE FROM sessions WHERE digest IN (
        SELECT digest FROM sessions WHERE \(condition)
        ORDER BY last_used DESC OFFSET \(most - 1) FOR UPDATE SKIP LOCKED)
      """, RowImage(.text(row.text(1) ?? "")))
  }

  package func session(_ key: SessionKey) async throws -> KeptSession? {
    let found = try await pool.read(tenant: key.place) { database in
      try database.first(
        """
        SELECT signed_in, \(Self.age("checked")), \(Self.age("unanswered")), \(Self.age("last_used")),
          message
        FROM sessions WHERE digest = ? AND \(Self.isAlive)
        """, RowImage(.blob(key.digest)))
    }
    guard let found, let text = found.text(0),
      let signedIn = SignedIn(kept: text, tenant: key.tenant)
    else { return nil }
    if Self.age(found, 3) ?? .zero >= SessionLimits.precision {
      try await change(key, "last_used = now()")
    }
    return KeptSession(
      signedIn: signedIn, sinceChecked: Self.age(found, 1) ?? .zero,
      sinceUnanswered: Self.age(found, 2), message: found.text(4))
  }

  private static func age(_ column: String) -> String {
    "extract(epoch FROM now() - \(column))::bigint"
  }

  private static func age(_ row: RowImage, _ cell: Int) -> Duration? {
    if case .integer(let seconds) = row.cells[cell] { .seconds(max(0, seconds)) } else { nil }
  }

  package func renew(_ key: SessionKey, _ signedIn: SignedIn) async throws {
    try await change(
      key, "signed_in = ?, checked = now(), unanswered = NULL", .text(signedIn.kept))
  }

  package func noteUnanswered(_ key: SessionKey) async throws {
    try await change(key, "unanswered = now()")
  }

  package func put(_ message: String?, _ key: SessionKey) async throws {
    try await change(key, "message = ?", message.map { .text($0) } ?? .null)
  }

  package func end(_ key: SessionKey) async throws {
    try await pool.append(tenant: key.place) {
      try $0.execute("DELETE FROM sessions WHERE digest = ?", RowImage(.blob(key.digest)))
    }
  }

  private func change(
    _ key: SessionKey, _ assignments: String, _ value: RowImage.Value? = nil
  ) async throws {
    let row = value.map { RowImage($0, .blob(key.digest)) } ?? RowImage(.blob(key.digest))
    try await pool.append(tenant: key.place) {
      try $0.execute("UPDATE sessions SET \(assignments) WHERE digest = ?", row)
    }
  }
}

extension SessionKey {
  /// In whose name the row is.
  fileprivate var place: String { tenant ?? AccessOwner.installation }
}
