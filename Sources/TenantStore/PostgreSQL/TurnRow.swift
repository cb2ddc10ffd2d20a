internal import Administration
internal import TenantCore

/// When a run of a tenant is due, as a host asks.
struct TurnRequest: Sendable {
  /// The tenant file that it uses.
  let file: UsedTenantFile
  /// The time between two runs.
  let interval: Duration

  /// Where the file is, among all hosts.
  var place: String { "\(LeaseHolder.current.host):\(file.path)" }
}

/// The row of table `turns`: when a tenant's next run is due, by the database's clock (H4).
///
/// It changes in the transaction that writes a run, so that nobody runs the tenant once more because the host died that
/// had just done so.
enum TurnRow {
  /// After how many intervals at the most it is tried again what failed.
  static let largestBackoff = 8

  /// `file` is the digest of the tenant file of the run by which `due` was found; `told` has a
  /// word for each trouble of which somebody was told; `tenant_files` has the digests that
  /// hosts use, and when they last looked.
  static let table = """
    CREATE TABLE turns (
      \(PostgresSchema.tenantColumn),
      due timestamptz, succeeded timestamptz, failures bigint NOT NULL DEFAULT 0,
      file text NOT NULL DEFAULT '', told text NOT NULL DEFAULT '',
      PRIMARY KEY (tenant)
    );
    CREATE TABLE tenant_files (
      \(PostgresSchema.tenantColumn), place text NOT NULL, file text NOT NULL,
      seen timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (tenant, place)
    );
    """

  /// Notes how a run ended, in the transaction that writes it.
  ///
  /// What was abandoned says nothing of the tenant: another host may begin at once.
  static func note(_ run: RunRecord, interval: Duration, _ database: StoreDatabase) throws {
    guard run.message != RunRecord.interrupted else { return }
    let (isSuccess, isFailure) = (run.outcome == .complete, run.outcome != .refused)
    let most = largestBackoff
    try database.execute(
      "DELETE FROM tenant_files WHERE seen < clock_timestamp() - interval '30 days'")
    try database.execute(
      """
      INSERT INTO turns (due, succeeded, failures, file)
      VALUES (clock_timestamp() + ?1::bigint * interval '1 millisecond',
        CASE WHEN ?2::bigint = 1 THEN clock_timestamp() END, ?3::bigint, ?4)
      ON CONFLICT (tenant) DO UPDATE SET
        due = clock_timestamp() + ?1::bigint * interval '1 millisecond' *
          CASE WHEN ?3::bigint = 1 THEN least(power(2, least(turns.failures, 16)), \(most)) ELSE 1 END,
        succeeded = coalesce(excluded.succeeded, turns.succeeded),
        failures = CASE WHEN ?3::bigint = 1 THEN turns.failures + 1 ELSE 0 END,
        file = excluded.file
      """,
      RowImage(
        .integer(Int64(interval / .milliseconds(1))), .integer(isSuccess ? 1 : 0),
        .integer(!isSuccess && isFailure ? 1 : 0), .text(run.fileDigest ?? "")))
  }

  /// When the next run is due.
  static func times(_ request: TurnRequest, _ database: StoreDatabase) throws -> TurnTimes {
    let row = try database.first(
      """
      SELECT turn.wait, turn.failures,
        (\(otherPlaces(file: "?1::text", interval: "?2::bigint", place: "?3::text"))), turn.is_told
      FROM (SELECT) AS one LEFT JOIN (\(times(file: "?1::text", interval: "?2::bigint"))) AS turn ON true
      """,
      RowImage(
        .text(request.file.digest), .integer(Int64(request.interval / .milliseconds(1))),
        .text(request.place)))
    return TurnTimes(
      wait: .milliseconds(row?.integer(0) ?? 0), failures: Int(row?.integer(1) ?? 0),
      otherFiles: places(row?.text(2)), isTold: row?.integer(3) == 1)
  }

  /// Notes that somebody is told of trouble, or that all of it is over.
  ///
  /// - Returns: false if that was noted before.
  static func noteTold(_ trouble: String?, _ database: StoreDatabase) throws -> Bool {
    guard let trouble else {
      return try database.first(
        "UPDATE turns SET told = '' WHERE told <> '' RETURNING 1") != nil
    }
    return try database.first(
      """
      INSERT INTO turns (told) VALUES (?1::text || ' ')
      ON CONFLICT (tenant) DO UPDATE SET told = turns.told || excluded.told
      WHERE position(excluded.told IN turns.told) = 0
      RETURNING 1
      """, RowImage(.text(trouble))) != nil
  }

  /// Notes which file a host uses, when that is news or has not been said for a while.
  static func noteFile(file: String, place: String) -> String {
    """
    INSERT INTO tenant_files (place, file) SELECT \(place), \(file) WHERE \(place) <> ''
    ON CONFLICT (tenant, place) DO UPDATE SET file = excluded.file, seen = excluded.seen
    WHERE tenant_files.file <> excluded.file OR tenant_files.seen < excluded.seen - interval '1 minute'
    """
  }

  /// A query for the places of other files, a line each: of hosts that have looked within three intervals, and a few minutes
  /// to be on the safe side.
  static func otherPlaces(file: String, interval: String, place: String) -> String {
    """
    SELECT string_agg(place, chr(10) ORDER BY place) FROM tenant_files
    WHERE \(place) <> '' AND place <> \(place) AND file <> \(file)
      AND seen > clock_timestamp() - \(interval) * interval '3 milliseconds' - interval '5 minutes'
    """
  }

  /// Reads what ``otherPlaces(file:interval:place:)`` gave.
  static func places(_ text: String?) -> [String] {
    (text ?? "").split(separator: "\n").map(String.init)
  }

  /// A query for `wait` in milliseconds, zero if a run is due, `failures` and `is_told`. What another tenant file made wait is due an
  /// interval after the last success: whoever changed the file may have fixed what failed.
  static func times(file: String, interval: String) -> String {
    """
    SELECT greatest(0, coalesce(extract(epoch FROM
        CASE WHEN file = \(file) THEN due ELSE succeeded + \(interval) * interval '1 millisecond' END
        - clock_timestamp()) * 1000, 0))::bigint AS wait,
      CASE WHEN file = \(file) THEN failures ELSE 0 END AS failures, (told <> '')::int AS is_told
    FROM turns
    """
  }
}
