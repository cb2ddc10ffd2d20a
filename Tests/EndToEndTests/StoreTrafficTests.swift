import Foundation
import Harness
import Testing

/// What goes between a program and PostgreSQL (H5), counted by a relay in between. It needs the cluster on either
/// engine: what SQLite does is not in it.
@Suite("H5: what a run says to PostgreSQL", .timeLimit(.minutes(10)))
struct StoreTrafficTests {
  /// How many statements a run may take, and how often it may wait for an answer (H-P3 allows 20 of both).
  private static let (mostStatements, mostTrips) = (20, 17)

  private let cluster: PostgresCluster

  init() throws { cluster = try PostgresCluster() }

  /// Commands one after the other, on a tenant with so many directory users, each of whom matches a user.
  private func traffic(
    people: Int, delay: Double = 0
  ) async throws -> [(command: String, counts: PostgresRelay.Counts, seconds: Double)] {
    let relay = try await PostgresRelay(cluster, delay: delay)
    let database = try cluster.database()
    let tenantctl = try RunTenantctl(store: cluster.url(of: database, socket: relay.socket))
    func person(_ number: Int, mail: String) -> String {
      LDIF.person("user\(number)", number: number, mail: mail)
    }
    let usual = (1...people).map { person($0, mail: "user\($0)@acme.example") }
    try tenantctl.addTenant("acme", ldif: usual.joined())
    let users = (1...people).map { "user\($0),ACME\\user\($0)" }
    try tenantctl.folder.write(
      (["userName,windowsLogin"] + users).joined(separator: "\n"), to: "users.csv")
    let path = tenantctl.folder.path("users.csv")

    var measured: [(String, PostgresRelay.Counts, Double)] = []
    func run(_ name: String, _ words: [String]) async throws {
      let before = try await relay.counts()
      let start = ContinuousClock.now
      let answer = try await tenantctl.run(words)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      #expect(answer.code == 0, "\(name): \(answer.errors)")
      let counts = try await relay.counts() - before
      measured.append((name, counts, seconds))
    }
    try await run("import", ["users", "import", "acme", path])
    try await run("first sync", ["sync", "acme"])
    try await run("second sync", ["sync", "acme"])
    let changed = (1...people).map { person($0, mail: "changed\($0)@acme.example") }
    try tenantctl.folder.write(changed.joined(), to: "tenants/acme.ldif")
    try await run("sync of changed mails", ["sync", "acme", "--allow-large-change"])
    try await run("unlink of all", ["unlink", "acme"] + (1...people).map { "user\($0)" })
    try await run("review", ["review", "acme"])
    return measured
  }

  @Test("a run takes as many statements and waits for thousands of users as for a few")
  func constant() async throws {
    let small = try await traffic(people: 50)
    let large = try await traffic(people: 5_000)
    for (one, other) in zip(small, large) where one.command.contains("sync") {
      #expect(one.counts.statements == other.counts.statements, "\(one.command): statements")
      #expect(one.counts.trips == other.counts.trips, "\(one.command): waits")
      #expect(other.counts.trips <= Self.mostTrips, "\(one.command): \(other.counts)")
      #expect(other.counts.statements <= Self.mostStatements, "\(one.command): \(other.counts)")
      #expect(other.counts.copies == 1, "\(one.command): what is written is one stream")
      #expect(other.counts.connections == one.counts.connections, "\(one.command): connections")
    }
  }
}
