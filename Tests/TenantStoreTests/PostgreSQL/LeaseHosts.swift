import Administration
import Harness
import StoreHarness
import TenantCore

@testable import TenantStore

/// Two hosts beside the cluster's database, and a tenant that nobody else has.
struct LeaseHosts: Sendable {
  let tenant = TestStores.uniqueName("lease")
  let pools: [PostgresPool]
  private let cluster: PostgresCluster
  private let database: String

  init() throws {
    cluster = try PostgresCluster()
    database = try cluster.database()
    let url = try cluster.url(of: database)
    pools = (0..<2).map {
      PostgresPool(StoreServer(conninfo: url, passwordFile: nil), applicationName: "host-\($0)")
    }
  }

  /// Takes the lease: alice at the first host, others at the second.
  func take(_ actor: String = "alice", for duration: Duration = Lease.duration) async throws
    -> Lease
  {
    try await Lease.take(
      LeaseRequest(tenant: tenant, actor: actor, duration: duration),
      in: pools[actor == "alice" ? 0 : 1])
  }

  /// Takes the lease as a process that renews nothing any more.
  func takeAndPause(
    as holder: LeaseHolder = .current, for duration: Duration = Lease.duration
  ) async throws -> LeaseToken {
    let request = LeaseRequest(
      tenant: tenant, actor: "alice", holder: holder, duration: duration)
    let token = LeaseToken.random()
    let answer = try await pools[0].append(tenant: tenant) {
      try LeaseQuery($0, request, nil).take(token)
    }
    guard case .taken = answer else { throw CommandFailed(description: "\(answer)") }
    return token
  }

  /// Runs a statement as whoever owns the schema.
  func asOwner(_ statement: String) throws {
    try cluster.run(statement, in: database)
  }

  func release(_ token: LeaseToken) async throws {
    try await pools[0].append(tenant: tenant) { try $0.execute(LeaseQuery.release(token)) }
  }

  /// Ends the lease, as a minute would.
  func outliveLeases() async throws {
    try await pools[0].append(tenant: tenant) {
      try $0.execute("UPDATE leases SET expires = clock_timestamp()")
    }
  }

  func runner() async throws -> LeaseRunner? {
    try await pools[0].read(tenant: tenant) { try LeaseQuery.runner($0) }
  }

  func number(_ query: String) async throws -> Int64? {
    try await pools[0].read(tenant: tenant) { try $0.integer(query) }
  }

  /// Writes at the first host, under a lease.
  func write(_ statement: String, _ lease: LeaseToken) async throws {
    try await pools[0].write(tenant: tenant, lease: lease) { try $0.execute(statement) }
  }

  /// Asks for the tenant's turn at a host.
  func turn(
    _ host: Int = 0, file: String = "file", interval: Duration = .seconds(600)
  ) async throws -> Turn {
    try await Lease.takeTurn(
      LeaseRequest(tenant: tenant, actor: "host-\(host)"),
      TurnRequest(
        file: UsedTenantFile(digest: file, path: "/host-\(host)/acme.yaml"), interval: interval),
      in: pools[host])
  }
}
