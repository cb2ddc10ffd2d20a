import Foundation
import Harness
import Testing

/// The primary dies while a run is written, and a standby without which nothing was acknowledged becomes the primary (H6).
/// Both are named in the hosts' URL.
@Suite("H6, H7: failover to a standby", .timeLimit(.minutes(20)))
struct FailoverTests {
  /// What the primary was about when it died.
  enum Moment: String, CaseIterable {
    case writing = "in the middle of writing a run"
    case beforeCommit = "before it gets a run's commit"
    case unconfirmed = "while a run's commit waits for the standby"
    case afterCommit = "before its answer to a run's commit arrives"

    var rule: PostgresGate.Rule {
      switch self {
      case .writing: RunInstants.writing(3)
      case .beforeCommit, .unconfirmed: RunInstants.writing(nil)
      case .afterCommit: RunInstants.writing(nil, .stopAfter)
      }
    }
  }

  @Test(
    "the run fails or is found applied, and is never there twice; all goes on at the standby",
    arguments: Moment.allCases)
  func primaryDies(moment: Moment) async throws {
    let fault = Fault(.hosts, "the primary killed \(moment.rawValue), the standby promoted")
    let own = try await OwnCluster()
    let gate = try PostgresGate(own.cluster)
    let port = try own.cluster.value("PORT")
    let place = try own.cluster.value("SOCKET")
    let group = try HostGroup(own.cluster)
    let standby = try await PostgresStandby(of: own.cluster)
    try await group.addTenant("acme", people: 40, interval: "5s")
    let stores = [gate.socket, place].map { first in
      "postgresql://tenantctl@/\(group.database)?host=\(first),"
        + "\(standby.socket)&port=\(port)&target_session_attrs=read-write"
    }
    gate.arm(moment.rule)
    let first = try await RunTenantd(group.hosts[0], "--store", stores[0])
    _ = try await gate.stopped()
    let second = try await RunTenantd(group.hosts[1], "--store", stores[1])

    let receiver = moment == .unconfirmed ? try standby.receiver() : nil
    if let receiver {
      kill(receiver, SIGSTOP)
      gate.arm()
      try await wait("a commit that waits for the standby") {
        let waiting = try own.cluster.run(
          "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        return waiting == "0" ? nil : true
      }
    }
    try own.cluster.control("kill")
    gate.refuse()
    gate.arm()
    try standby.promote()
    if let receiver { kill(receiver, SIGCONT) }
    try await wait("a new primary") { try standby.isPrimary ? true : nil }
    var after = group
    after.cluster = standby.cluster
    if moment == .afterCommit {
      #expect(try after.completeRuns(of: "acme") == 1, "what was acknowledged is there")
    }
    let runs = try after.completeRuns(of: "acme")
    try await wait("runs at the new primary") {
      try after.completeRuns(of: "acme") >= runs + 2 ? true : nil
    }
    let log = try first.started.log()
    switch moment {
    case .afterCommit:
      // The answer was lost, and the run was found by its mark.
      #expect(try await first.completeRuns("acme") > 0)
      #expect(!log.contains("not known whether"))
    case .writing, .beforeCommit:
      #expect(log.contains("nothing was changed"), "\(log)")
    case .unconfirmed: break
    }
    for service in [first, second] { #expect(try await service.stop().code == 0) }
    #expect(try after.problems(of: "acme", interval: 5) == "")
    #expect(try after.sql("SELECT count(*) FROM link_rows", tenant: "acme") == "40")
    fault.survived(
      moment == .afterCommit
        ? "the run is found applied at the standby; the next ones are made there"
        : "the run fails or is found applied; the next ones are made at the standby")
  }
}
