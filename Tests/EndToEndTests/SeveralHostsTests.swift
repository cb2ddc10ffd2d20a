import Foundation
import Harness
import Testing

/// Hosts on loopback addresses, each with tenant files and a state folder of its own.
@Suite("H3, H4: several hosts beside one database", .timeLimit(.minutes(10)))
struct SeveralHostsTests {
  /// So many that a run takes a while.
  private static let many = 20_000

  @Test("hosts share the work: each tenant runs at its interval, at one host, and none twice")
  func share() async throws {
    let pair = try HostGroup()
    let names = (0..<8).map { "t\($0)" }
    for name in names { try await pair.addTenant(name, people: 5, interval: "4s") }
    let services = try await [RunTenantd(pair.hosts[0]), RunTenantd(pair.hosts[1])]
    try await wait("four runs of each tenant, some at each host") {
      for name in names {
        let count = try pair.sql(
          "SELECT count(*) FROM runs WHERE outcome = 'complete'", tenant: name)
        guard Int(count) ?? 0 >= 4 else { return Bool?.none }
      }
      for service in services {
        guard try await service.page("/metrics").1.contains(/outcome="complete"} [1-9]/) else {
          return nil
        }
      }
      return true
    }
    for service in services { #expect(try await service.stop().code == 0) }
    for name in names {
      #expect(try pair.problems(of: name, interval: 4) == "")
      let late = try pair.sql(
        """
        SELECT max(started_at::timestamptz - before) FROM (
          SELECT started_at, lag(completed_at::timestamptz) OVER (ORDER BY id) AS before FROM runs) AS runs
        WHERE started_at::timestamptz - before > interval '60 seconds'
        """, tenant: name)
      #expect(late == "", "a busy machine is late, not a minute")
    }
  }

  @Test(
    "a host that is killed during a run is replaced at once on its machine, and when its lease ends elsewhere"
  )
  func killed() async throws {
    for isElsewhere in [false, true] {
      let fault = Fault(
        .hosts,
        "kill -9 of a host during a run, \(isElsewhere ? "on another machine" : "on this machine")")
      let pair = try HostGroup()
      try await pair.addTenant("acme", people: Self.many, interval: "30s")
      let first = try await RunTenantd(pair.hosts[0])
      try await pair.waitForRun(of: "acme", by: first.started.id)
      first.signal(SIGKILL)
      _ = try await first.started.answer()
      if isElsewhere {
        try pair.sql("UPDATE leases SET holder = 'elsewhere 1 elsewhere 1'", tenant: "acme")
      }
      let second = try await RunTenantd(pair.hosts[1])
      if isElsewhere {
        try await second.waitForLog("another run for tenant 'acme' is under way (started by ")
        #expect(try pair.sql("SELECT count(*) FROM runs", tenant: "acme") == "0")
      }
      try await second.waitForRuns("acme")
      #expect(try await second.stop().code == 0)
      #expect(try pair.problems(of: "acme", interval: 30) == "")
      #expect(try pair.sql("SELECT count(*) FROM link_rows", tenant: "acme") == "\(Self.many)")
      fault.survived("the other host runs the tenant; no run is there twice or half")
    }
  }

  @Test("a host that is stopped beyond its lease and let go again writes nothing, and says so")
  func stopped() async throws {
    let fault = Fault(.hosts, "SIGSTOP of a host during a run, for longer than its lease")
    let pair = try HostGroup()
    try await pair.addTenant("acme", people: Self.many, interval: "30s")
    let first = try await RunTenantd(pair.hosts[0])
    try await pair.waitForRun(of: "acme", by: first.started.id)
    first.signal(SIGSTOP)
    try pair.outliveLease(of: "acme")
    let second = try await RunTenantd(pair.hosts[1])
    try await second.waitForRuns("acme")
    first.signal(SIGCONT)
    try await first.waitForLog("so long without a sign of life that another host may run it now")
    #expect(try pair.sql("SELECT count(*) FROM runs", tenant: "acme") == "1")
    for service in [first, second] { #expect(try await service.stop().code == 0) }
    #expect(try pair.problems(of: "acme", interval: 30) == "")
    fault.survived("it writes nothing and says so; the other host's run stands")
  }

  @Test(
    "the database is restarted in the middle of a run: it fails or completes, and all goes on by itself"
  )
  func restarted() async throws {
    let fault = Fault(.hosts, "PostgreSQL restarted in the middle of a run")
    let own = try await OwnCluster()
    let pair = try HostGroup(own.cluster)
    try await pair.addTenant("acme", people: Self.many, interval: "5s")
    let services = try await [RunTenantd(pair.hosts[0]), RunTenantd(pair.hosts[1])]
    for _ in 0..<3 {
      try await wait("a run") {
        let holder = try pair.sql(
          "SELECT holder FROM leases WHERE token IS NOT NULL", tenant: "acme")
        return holder.isEmpty ? nil : true
      }
      let count = try pair.sql(
        "SELECT count(*) FROM runs WHERE outcome = 'complete'", tenant: "acme")
      try own.cluster.control("restart")
      try await wait("a run after the restart") {
        let now = try pair.sql(
          "SELECT count(*) FROM runs WHERE outcome = 'complete'", tenant: "acme")
        return Int(now) ?? 0 > (Int(count) ?? 0) + 1 ? true : nil
      }
    }
    for service in services { #expect(try await service.stop().code == 0) }
    #expect(try pair.problems(of: "acme", interval: 5) == "")
    fault.survived("no run applied twice, none half; the tenant is fresh again")
  }

  @Test("a run that is asked for at one host is seen at the other, and so is what it wrote (H8)")
  func asked() async throws {
    let pair = try HostGroup()
    try await pair.addTenant("acme", people: Self.many, interval: "1h")
    try await pair.hosts[0].done("sync", "acme")
    var tokens: [String] = []
    for host in pair.hosts {
      tokens.append(
        try await host.done("access", "token", "acme", "script\(tokens.count)")
          .split(separator: "\n").first.map(String.init) ?? "")
    }
    let services = try await [
      RunTenantd(pair.hosts[0], "--listen", "127.0.0.1:0"),
      RunTenantd(pair.hosts[1], "--listen", "127.0.0.1:0"),
    ]
    var visitors: [PageVisitor] = []
    for (index, service) in services.enumerated() {
      visitors.append(
        PageVisitor(
          pair.hosts[index], "http://127.0.0.1:\(try await service.pagesPort())",
          options: ["--header", "Authorization: Bearer \(tokens[index])"]))
    }
    let api = "/api/v1/tenants/acme"
    // By the index of the table, which a host has in memory.
    let new = "\(api)/review?search=user\(Self.many)&size=1"
    let before = try await visitors[1].get(new)
    #expect(before.status == 200 && !before.body.contains("user\(Self.many)"), "\(before.body)")
    for host in pair.hosts {
      try host.folder.write(
        (0...Self.many).map { LDIF.person("user\($0)", number: $0) }.joined(),
        to: "tenants/acme.ldif")
    }
    let asked = try await visitors[0].ask("\(api)/runs", ["--request", "POST", "--json", "{}"])
    #expect(asked.status == 202, "\(asked.body)")
    try await wait("the run at the other host") {
      try await visitors[1].get("\(api)/runs/current").body.contains("\"phase\":\"running at ")
        ? true : nil
    }
    try await wait("its end at the other host") {
      try await visitors[1].get("\(api)/runs/current").body.contains("\"running\":false")
        ? true : nil
    }
    let after = try await visitors[1].get(new)
    #expect(after.body.contains("user\(Self.many)"), "\(after.body)")
    try await wait("the other host's news") {
      try await services[1].page("/readyz").1.contains("\"lastSuccess\":\"20") ? true : nil
    }
    for service in services { #expect(try await service.stop().code == 0) }
  }
}
