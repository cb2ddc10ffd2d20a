import Harness

/// A database that is put back to an earlier state again and again.
struct CrashDatabase: Sendable {
  private let cluster: PostgresCluster
  private let name: String

  private var kept: String { "\(name)_kept" }

  /// Takes the database of an installation.
  init(url: String) throws {
    cluster = try PostgresCluster()
    name = String(url.split(separator: "?")[0].split(separator: "/").last ?? "")
  }

  /// Remembers what it holds now.
  func keep() throws { try copy(name, to: kept) }

  /// Puts back what it held. Who was killed may still have a connection, until the server notices.
  func reset() throws { try copy(kept, to: name) }

  private func copy(_ from: String, to: String) throws {
    try cluster.run("DROP DATABASE IF EXISTS \(to) WITH (FORCE)")
    // Nobody may be connected to what is copied.
    try cluster.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(from)'")
    try cluster.run("CREATE DATABASE \(to) OWNER \(cluster.value("OWNER")) TEMPLATE \(from)")
  }

  /// Ends all leases, as a minute would.
  func outliveLeases() throws {
    try cluster.run(
      "UPDATE tenantctl.leases SET expires = clock_timestamp() WHERE token IS NOT NULL", in: name)
  }

  /// "ok", or what is wrong: a link of a user who is not there, or a change of a run that is not there.
  func integrity() throws -> String {
    let wrong = try cluster.run(
      """
      SET search_path = tenantctl;
      SELECT 'link without a user' FROM link_rows WHERE NOT EXISTS (
        SELECT 1 FROM users WHERE (users.tenant, users.id) = (link_rows.tenant, link_rows.user_id))
      UNION ALL SELECT 'change without its run' FROM changes WHERE run > 0 AND NOT EXISTS (
        SELECT 1 FROM runs WHERE (runs.tenant, runs.id) = (changes.tenant, changes.run))
      UNION ALL SELECT 'two tokens of a lease' FROM leases GROUP BY tenant HAVING count(*) > 1
      """, in: name)
    return wrong.isEmpty ? "ok" : wrong
  }
}
