import Foundation
import Harness

/// Hosts with tenant files of their own beside one database, of a cluster that is there or of the test's own.
struct HostGroup: Sendable {
  /// The installations of the hosts; all see all runs.
  let hosts: [RunTenantctl]
  /// Where ``sql(_:tenant:)`` asks.
  var cluster: PostgresCluster
  let database: String

  /// - Parameter route: the URL by which a host gets to a database, by its number, where that is not the cluster's
  ///   socket.
  init(
    _ cluster: PostgresCluster? = nil, count: Int = 2,
    route: (_ host: Int, _ database: String) throws -> String? = { _, _ in nil }
  ) throws {
    let cluster = try cluster ?? PostgresCluster()
    let database = try cluster.database()
    hosts = try (0..<count).map { number in
      try RunTenantctl(store: route(number, database) ?? cluster.url(of: database))
    }
    (self.cluster, self.database) = (cluster, database)
  }

  /// Adds a tenant with so many directory users, and as many users, to all hosts.
  func addTenant(_ name: String, people: Int, interval: String) async throws {
    for host in hosts {
      try host.addTenant(
        name, ldif: "", extra: "synchronization: { interval: \(interval) }\n")
    }
    try writeDirectory(of: name, people: people)
    let users = ["userName,windowsLogin"] + (0..<people).map { "user\($0),ACME\\user\($0)" }
    try hosts[0].folder.write(users.joined(separator: "\n"), to: "users.csv")
    try await hosts[0].done("users", "import", name, hosts[0].folder.path("users.csv"))
  }

  /// Gives the directory users mails of a round, so that each of them changes.
  func writeDirectory(of name: String, people: Int, round: Int? = nil) throws {
    let ldif = (0..<people).map { number in
      LDIF.person(
        "user\(number)", number: number, mail: round.map { "user\(number)@round\($0).example" })
    }.joined()
    for host in hosts { try host.folder.write(ldif, to: "tenants/\(name).ldif") }
  }

  /// How many runs of a tenant are complete.
  func completeRuns(of tenant: String) throws -> Int {
    Int(try sql("SELECT count(*) FROM runs WHERE outcome = 'complete'", tenant: tenant)) ?? 0
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

  /// What the last complete run has left: its links, its snapshot, the values that a round's mails gave, how many
  /// users it says were updated, and whether it recorded what changed.
  func state(of tenant: String, round: Int) throws -> String {
    try sql(
      """
      SELECT (SELECT count(*) FROM link_rows) || ' links, ' ||
        (SELECT sum(row_count) FROM snapshot_batches) || ' rows, ' ||
        (SELECT count(*) FROM users WHERE recording_email LIKE '%@round\(round).example') || ' values, ' ||
        (SELECT sum(updated_users) FROM runs WHERE outcome = 'complete') || ' updated, recorded: ' ||
        EXISTS (SELECT 1 FROM changes
          WHERE run = (SELECT max(id) FROM runs WHERE outcome = 'complete'))
      """, tenant: tenant)
  }

  /// What ``state(of:round:)`` gives where nothing is missing.
  static func whole(people: Int) -> String {
    "\(people) links, \(people) rows, \(people) values, \(people) updated, recorded: true"
  }
}
