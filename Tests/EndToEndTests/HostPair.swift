import Foundation
import Harness

/// Two hosts with tenant files of their own beside one database, of a cluster that is there or of the test's own.
struct HostPair: Sendable {
  /// The installations of the hosts; both see all runs.
  let hosts: [RunTenantctl]
  let cluster: PostgresCluster
  let database: String

  init(_ cluster: PostgresCluster? = nil) throws {
    self.cluster = try cluster ?? PostgresCluster()
    database = try self.cluster.database()
    let url = try self.cluster.url(of: database)
    hosts = try (0..<2).map { _ in try RunTenantctl(store: url) }
  }

  /// Adds a tenant with so many directory users, and as many users, to both hosts.
  func addTenant(_ name: String, people: Int, interval: String) async throws {
    let ldif = (0..<people).map { LDIF.person("user\($0)", number: $0) }.joined()
    for host in hosts {
      try host.addTenant(
        name, ldif: ldif, extra: "synchronization: { interval: \(interval) }\n")
    }
    let users = ["userName,windowsLogin"] + (0..<people).map { "user\($0),ACME\\user\($0)" }
    try hosts[0].folder.write(users.joined(separator: "\n"), to: "users.csv")
    try await hosts[0].done("users", "import", name, hosts[0].folder.path("users.csv"))
  }

  /// What SQL gives for a tenant.
  @discardableResult
  func sql(_ statement: String, tenant: String) throws -> String {
    try cluster.run(
      """
      SET search_path = tenantctl; SET tenantctl.tenant = '\(tenant)'; SET ROLE \(PostgresCluster.role);
      \(statement)
      """, in: database)
  }

  /// Ends the tenant's lease, as a minute would.
  func outliveLease(of tenant: String) throws {
    try sql("UPDATE leases SET expires = clock_timestamp() WHERE token IS NOT NULL", tenant: tenant)
  }

  /// Waits until a process runs a tenant.
  func waitForRun(of tenant: String, by process: Int32) async throws {
    try await wait("a run of \(tenant) by \(process)") {
      let holder = try sql("SELECT holder FROM leases WHERE token IS NOT NULL", tenant: tenant)
      return holder.split(separator: " ").dropFirst().first == "\(process)" ? true : nil
    }
  }

  /// What is wrong with a tenant's runs: complete ones that overlap, or are nearer to each other than an interval; changes
  /// without their run, links without their user. Empty if nothing is.
  func problems(of tenant: String, interval: Int) throws -> String {
    try sql(
      """
      SELECT 'run ' || b.id || ' began ' || b.started_at || ', too soon after ' || a.completed_at
      FROM runs a JOIN runs b ON b.id > a.id AND a.outcome = 'complete' AND b.outcome = 'complete'
      WHERE b.started_at::timestamptz - a.completed_at::timestamptz < interval '\(interval - 1) seconds'
      UNION ALL SELECT 'change ' || id || ' of run ' || run || ', which is not there' FROM changes
      WHERE run > 0 AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = changes.run)
      UNION ALL SELECT 'link of user ' || user_id || ', who is not there' FROM link_rows
      WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = link_rows.user_id)
      UNION ALL SELECT 'runs have made ' || made || ' links, of which there are ' || there
      FROM (SELECT sum(new_links) AS made FROM runs) AS a, (SELECT count(*) AS there FROM link_rows) AS b
      WHERE made <> there
      """, tenant: tenant)
  }
}
