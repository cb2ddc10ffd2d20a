internal import Administration
internal import TenantCore

/// Who runs a tenant, and since when.
struct LeaseRunner: Sendable, Equatable {
  let holder: LeaseHolder
  let actor: String
  /// As errors have it.
  let since: String

  /// As the end of a sentence, or in parentheses.
  var words: String {
    "started by \(actor) at \(since), process \(holder.process) on \(holder.host)"
  }
}

/// What became of a lease that was to be renewed.
enum LeaseState: Sendable {
  case renewed
  /// A transaction writes, so that nobody can take it.
  case locked
  /// Another process has taken it, or it was given back.
  case lost
}

/// The statements by which a lease changes hands. Each is one transaction with the tenant set, and none needs to see
/// another tenant's row (H4).
struct LeaseQuery {
  enum Answer: Sendable {
    case taken(TurnTimes)
    /// - Parameter left: after how long the lease ends unless it is renewed.
    case running(LeaseRunner, left: Duration)
    /// Somebody writes who has no lease.
    case locked
    case notDue(TurnTimes, since: RunRecord?)
  }

  /// The channel on which hosts hear of each other.
  static let channel = "tenantctl"

  private let database: StoreDatabase
  private let request: LeaseRequest
  private let turn: TurnRequest?

  /// - Parameter turn: nil to take the lease whether a run is due or not.
  init(_ database: StoreDatabase, _ request: LeaseRequest, _ turn: TurnRequest?) {
    self.database = database
    self.request = request
    self.turn = turn
  }

  /// Takes the lease if it is free, and if a run is due where that is asked.
  func take(_ token: LeaseToken) throws -> Answer {
    if let answer = try attempt(token) { return answer }
    // Either the row is locked, or this is the first that is heard of the tenant.
    if let row = try database.first("SELECT \(Self.runner) FROM leases") {
      guard let runner = Self.runner(row, from: 0), row.integer(3) > 0 else {
        try endSilentWriter()
        return .locked
      }
      return .running(runner, left: .milliseconds(row.integer(3)))
    }
    try database.execute("INSERT INTO leases (version) VALUES (0) ON CONFLICT (tenant) DO NOTHING")
    return try attempt(token) ?? .locked
  }

  /// - Returns: nil if the row is not there, or is locked.
  private func attempt(_ token: LeaseToken, ended: String = "") throws -> Answer? {
    guard let row = try database.first(Self.take, parameters(token, ended: ended)) else {
      return nil
    }
    let times = TurnTimes(
      wait: .milliseconds(row.integer(2)), failures: Int(row.integer(3)),
      otherFiles: TurnRow.places(row.text(8)), isTold: row.integer(9) == 1)
    if row.integer(0) == 1 { return .taken(times) }
    if row.integer(1) == 1, let runner = Self.runner(row, from: 4) {
      // In this transaction the row is ours.
      if ended.isEmpty, runner.holder.hasEnded {
        return try attempt(token, ended: runner.holder.text)
      }
      return .running(runner, left: .milliseconds(row.integer(7)))
    }
    return .notDue(times, since: try RunRow.lastComplete(database))
  }

  /// Ends the transaction of a host that was to send more of what it writes, and has given no sign of life for as long as a
  /// lease lasts. The server itself waits for it without an end: of a `COPY` it is no idle transaction.
  private func endSilentWriter() throws {
    _ = try database.first(
      """
      SELECT count(pg_terminate_backend(activity.pid)) FROM leases
        JOIN pg_locks AS locks ON locks.locktype = 'transactionid' AND locks.granted
          AND locks.transactionid = leases.xmax
        JOIN pg_stat_activity AS activity ON activity.pid = locks.pid
      WHERE token IS NOT NULL AND expires < clock_timestamp()
        AND activity.wait_event = 'ClientRead' AND activity.query = ?1::text
        AND NOT EXISTS (SELECT FROM lease_signs
          WHERE seen > clock_timestamp() - ?2::bigint * interval '1 millisecond')
      """,
      RowImage(.text(WriteStream.copy), .integer(Int64(request.duration / .milliseconds(1)))))
  }

  private func parameters(_ token: LeaseToken, ended: String) -> RowImage {
    RowImage(
      .text(request.holder.text), .text(request.actor), .text(token.text),
      .integer(Int64(request.duration / .milliseconds(1))), .text(ended),
      .integer(turn == nil ? 1 : 0), .text(turn?.file.digest ?? ""),
      .integer(Int64((turn?.interval ?? .zero) / .milliseconds(1))),
      .text(turn?.place ?? ""))
  }

  /// Gives the lease back, and tells the other hosts that something may have changed.
  static func release(_ token: LeaseToken) -> String {
    """
    WITH released AS (
      UPDATE leases SET token = NULL, holder = NULL, actor = NULL, since = NULL, expires = NULL
      WHERE token = '\(token.text)' RETURNING tenant)
    SELECT pg_notify('\(channel)', tenant) FROM released
    """
  }

  /// Renews the lease, without waiting for a transaction of its holder that writes: then it leaves a sign of life.
  static func renew(
    _ token: LeaseToken, duration: Duration, _ database: StoreDatabase
  ) throws -> LeaseState {
    let row = try database.first(
      """
      WITH mine AS (SELECT tenant FROM leases WHERE token = ?1::text FOR UPDATE SKIP LOCKED),
      renewed AS (
        UPDATE leases SET expires = clock_timestamp() + ?2::bigint * interval '1 millisecond'
        FROM mine WHERE leases.tenant = mine.tenant RETURNING leases.tenant),
      signed AS (
        INSERT INTO lease_signs (seen) SELECT clock_timestamp()
        WHERE NOT EXISTS (SELECT FROM mine) AND EXISTS (SELECT FROM leases WHERE token = ?1::text)
        ON CONFLICT (tenant) DO UPDATE SET seen = excluded.seen)
      SELECT (SELECT count(*) FROM renewed), (SELECT count(*) FROM leases WHERE token = ?1::text)
      """, RowImage(.text(token.text), .integer(Int64(duration / .milliseconds(1)))))
    guard let row else { return .lost }
    return row.integer(0) > 0 ? .renewed : row.integer(1) > 0 ? .locked : .lost
  }

  /// Who has the lease now; nil if nobody does.
  static func runner(_ database: StoreDatabase) throws -> LeaseRunner? {
    guard let row = try database.first("SELECT \(runner) FROM leases"), row.integer(3) > 0 else {
      return nil
    }
    return runner(row, from: 0)
  }

  private static func runner(_ row: RowImage, from first: Int) -> LeaseRunner? {
    row.text(first).flatMap { LeaseHolder($0) }.map {
      LeaseRunner(
        holder: $0, actor: row.text(first + 1) ?? "", since: row.text(first + 2) ?? "")
    }
  }

  /// Who has a lease, and for how long it lasts, in milliseconds.
  private static let runner = """
    holder, actor, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    coalesce(extract(epoch FROM expires - clock_timestamp()) * 1000, 0)::bigint
    """

  /// One statement, so that a run has few round trips (H5).
  private static let take = """
    WITH seen AS (SELECT * FROM leases FOR UPDATE SKIP LOCKED),
    noted AS (\(TurnRow.noteFile(file: "?7::text", place: "?9::text"))),
    turn AS (\(TurnRow.times(file: "?7::text", interval: "?8::bigint"))),
    answer AS (
      SELECT seen.*, token IS NOT NULL AND expires > clock_timestamp() AND holder <> ?5::text AS is_running,
        coalesce(turn.wait, 0) AS wait, coalesce(turn.failures, 0) AS failures,
        coalesce(turn.is_told, 0) AS is_told
      FROM seen LEFT JOIN turn ON true),
    taken AS (
      UPDATE leases SET holder = ?1::text, actor = ?2::text, token = ?3::text, since = clock_timestamp(),
        expires = clock_timestamp() + ?4::bigint * interval '1 millisecond'
      FROM answer WHERE leases.tenant = answer.tenant AND NOT is_running AND (?6::bigint = 1 OR wait <= 0)
      RETURNING leases.tenant)
    SELECT (SELECT count(*) FROM taken), is_running::int, wait, failures, \(runner),
      (\(TurnRow.otherPlaces(file: "?7::text", interval: "?8::bigint", place: "?9::text"))), is_told
    FROM answer
    """
}
