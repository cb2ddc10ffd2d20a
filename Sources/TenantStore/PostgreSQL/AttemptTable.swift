package import Administration
internal import PluginContract
internal import TenantCore

/// The attempts to sign in at all hosts that share a PostgreSQL, whose clock alone counts.
///
/// They belong to no tenant, because it may be none that was asked for. Who is counted is kept as a digest.
package struct AttemptTable: AttemptCounting {
  private let pool: PostgresPool
  private let mostKept: Int

  package init(_ pool: PostgresPool) { self.init(pool, mostKept: SignInLimits.mostKept) }

  /// - Parameter mostKept: of each kind.
  init(_ pool: PostgresPool, mostKept: Int) {
    self.pool = pool
    self.mostKept = mostKept
  }

  private static let window = SignInLimits.window.components.seconds
  private static let isOver = "since <= now() - make_interval(secs => \(window))"
  private static let wait =
    "greatest(1, ceil(extract(epoch FROM since - now()) + \(window)))::bigint"

  package func begin(_ subjects: [SignInSubject]) async throws -> Duration? {
    // In one order, so that no two wait for each other.
    let rows = subjects.map(Row.init).sorted { $0.order.lexicographicallyPrecedes($1.order) }
    let isKnown = subjects.contains { $0.kind == .browser }
    do {
      try await AccessTables.asking.run {
        // Apart, since it locks rows in no order.
        try await pool.append(tenant: AccessOwner.installation) { try Self.removeSome($0) }
        try await pool.append(tenant: AccessOwner.installation) { [mostKept] database in
          var counted: [Row] = []
          let found = try rows.map { try Self.find($0, database) }
          if let longest = found.compactMap({ $0.wait }).max() { throw Refusal(wait: longest) }
          for kind in SignInSubject.Kind.allCases {
            let own = zip(rows, found).filter { $0.0.kind == kind }
            let new = own.count { !$0.1.isThere }
            if try Self.hasRoom(for: new, kind, mostKept, database) {
              counted += own.map { $0.0 }
            } else if kind != .network || !isKnown {
              throw Refusal(wait: Self.window)
            }
          }
          counted.sort { $0.order.lexicographicallyPrecedes($1.order) }
          for row in counted { try Self.count(row, database) }
        }
      }
      return nil
    } catch let refusal as Refusal {
      return .seconds(refusal.wait)
    }
  }

  package func forgive(_ subjects: [SignInSubject]) async throws {
    let rows = subjects.map(Row.init).sorted { $0.order.lexicographicallyPrecedes($1.order) }
    try await pool.append(tenant: AccessOwner.installation) { database in
      for row in rows {
        try database.execute(
          "UPDATE sign_in_attempts SET failures = failures - 1 WHERE kind = ? AND digest = ?",
          row.image)
        try database.execute(
          "DELETE FROM sign_in_attempts WHERE kind = ? AND digest = ? AND failures <= 0", row.image)
      }
    }
  }

  // MARK: - Rows

  /// Ends a transaction in which nothing is to be counted.
  private struct Refusal: Error {
    /// In seconds.
    let wait: Int64
  }

  private struct Row: Sendable {
    let kind: SignInSubject.Kind
    let most: Int64
    let digest: [UInt8]

    init(_ subject: SignInSubject) {
      kind = subject.kind
      most = Int64(subject.most)
      let text =
        switch subject {
        case .network(let network): network
        case .strangers(let tenant, let account): "\(tenant)\n\(account)"
        case .browser(let tenant, let account, let digest):
          "\(tenant)\n\(account)\n\(Hex.text(digest))"
        }
      digest = Sodium.sha256(Array(text.utf8))
    }

    var order: [UInt8] { Array(kind.rawValue.utf8) + digest }

    var image: RowImage { RowImage(.text(kind.rawValue), .blob(digest)) }
  }

  /// Whether there is a count that still runs and, if it is used up, how long it does.
  private static func find(
    _ row: Row, _ database: StoreDatabase
  ) throws -> (isThere: Bool, wait: Int64?) {
    let found = try database.first(
      """
      SELECT failures, \(wait) FROM sign_in_attempts
      WHERE kind = ? AND digest = ? AND NOT \(isOver)
      """, row.image)
    guard let found else { return (false, nil) }
    return (true, found.integer(0) >= row.most ? found.integer(1) : nil)
  }

  /// Counts that are over go, a few each time.
  private static func removeSome(_ database: StoreDatabase) throws {
    try database.execute(
      """
      DELETE FROM sign_in_attempts WHERE (kind, digest) IN (
        SELECT kind, digest FROM sign_in_attempts WHERE \(isOver)
        ORDER BY since LIMIT 100 FOR UPDATE SKIP LOCKED)
      """)
  }

  private static func hasRoom(
    for new: Int, _ kind: SignInSubject.Kind, _ mostKept: Int, _ database: StoreDatabase
  ) throws -> Bool {
    guard new > 0 else { return true }
    let kept = try database.integer(
      "SELECT count(*) FROM sign_in_attempts WHERE kind = ? AND NOT \(isOver)",
      RowImage(.text(kind.rawValue)))
    return Int(kept ?? 0) + new <= mostKept
  }

  /// Whoever counts the same at the same time is waited for, so that none is one too many.
  private static func count(_ row: Row, _ database: StoreDatabase) throws {
    let found = try database.first(
      """
      INSERT INTO sign_in_attempts AS kept (kind, digest, failures) VALUES (?, ?, 1)
      ON CONFLICT (tenant, kind, digest) DO UPDATE SET
        failures = CASE WHEN kept.\(isOver) THEN 1 ELSE kept.failures + 1 END,
        since = CASE WHEN kept.\(isOver) THEN now() ELSE kept.since END
      RETURNING failures, \(wait)
      """, row.image)
    if let found, found.integer(0) > row.most { throw Refusal(wait: found.integer(1)) }
  }
}
