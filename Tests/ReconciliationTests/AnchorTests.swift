import Authorization
import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("Links and their anchors", .timeLimit(.minutes(5)))
struct AnchorTests {
  @Test("the newest of two records with one GUID counts, and a finding says so (M15)")
  func duplicateGUID() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "old", guid: 1, change: 5), .init(login: "new", guid: 1, change: 9),
    ]
    let plan = try await scenario.plan()
    #expect(plan.rows.count == 1)
    #expect(plan.outcome(of: "new") != nil)
    #expect(plan.findings.map(\.code) == [.duplicateGUID])
  }

  @Test("a re-created account does not inherit the link (M15)")
  func recreated() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "gone1", guid: 2)]
    scenario.users = [.init(name: "u", login: "ACME\\gone1", isLocked: true)]
    scenario.links = [(1, "u")]
    let plan = try await scenario.plan()
    let outcome = try #require(plan.outcome(of: "gone1"))
    #expect(outcome.state == .contested)
    #expect(outcome.reason.code == ReasonCode.recreatedAccount)
    #expect(outcome.reason.candidates == ["u"])
    #expect(plan.vanishedLinks.map(\.state) == [.sourceDeleted])
    #expect(plan.userChanges.isEmpty)
  }

  @Test("an account that was only moved out of scope is not re-created (M15, S5)")
  func outOfScope() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "gone1", guid: 2)]
    scenario.users = [.init(name: "u", login: "ACME\\gone1", isLocked: true)]
    scenario.links = [(1, "u")]
    scenario.presence = [1: .outOfScope]
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "gone1")?.reason.code == ReasonCode.takenBy)
    #expect(plan.vanishedLinks.map(\.state) == [.sourceOutOfScope])
  }

  @Test("a linked user that lies elsewhere than when it was last seen is noted (S2)")
  func moved() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "left", guid: 1, change: 2), .init(login: "stayed", guid: 2, change: 2),
      .init(login: "new", guid: 3), .init(login: "alone", guid: 4),
    ]
    scenario.users = ["left", "stayed", "new"].map {
      .init(name: $0, login: "ACME\\\($0)", isLocked: true)
    }
    scenario.links = [(1, "left"), (2, "stayed"), (3, "new"), (4, "missing")]
    scenario.parents = [1: "OU=1,DC=acme", 2: "OU=2,DC=acme", 4: "OU=2,DC=acme"]
    let findings = try await scenario.plan().findings.filter { $0.code == .moved }
    #expect(findings.map(\.subject) == ["ACME\\left"])
    #expect(findings.first?.message.hasSuffix("CN=left,OU=2,DC=acme") == true)
  }

  @Test("a link whose user is gone keeps its row from being given away")
  func userMissing() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "a", guid: 1)]
    scenario.users = [.init(name: "other", login: "ACME\\a")]
    scenario.links = [(1, "missing")]
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "a")?.reason.code == ReasonCode.userMissing)
    #expect(plan.vanishedLinks.map(\.state) == [.userMissing])
    #expect(plan.newLinks.isEmpty)
  }

  @Test("a linked row is stale only if the leading tier points elsewhere (M11)")
  func stale() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "a", mail: "u@x", guid: 1)]
    scenario.users = [
      .init(name: "u", email: "u@x", isLocked: true), .init(name: "v", login: "ACME\\a"),
    ]
    scenario.links = [(1, "u")]
    #expect(try await scenario.plan().outcome(of: "a")?.state == .linkedStale)
    scenario.users[1] = .init(name: "v")
    #expect(try await scenario.plan().outcome(of: "a")?.state == .linked)
  }

  @Test("rows come by folded domain, then folded login, then GUID (R4)")
  func order() async throws {
    var scenario = Scenario(domains: ["beta", "ALPHA"])
    scenario.people = [
      .init(login: "b", guid: 1, domain: "beta"), .init(login: "C", guid: 2, domain: "ALPHA"),
      .init(login: "a", guid: 3, domain: "ALPHA"), .init(login: "A", guid: 4, domain: "ALPHA"),
    ]
    let plan = try await scenario.plan()
    let logins = plan.rows.compactMap {
      plan.directoryUsers[Int($0.batch)].records.column("sAMAccountName")?.raw
        .text(of: Int($0.record))
    }
    #expect(logins == ["a", "A", "C", "b"])
  }

  @Test("a rename is noted, and the link stays (M7)")
  func renamed() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "new", guid: 1)]
    scenario.users = [.init(name: "u", login: "ACME\\old", isLocked: true)]
    scenario.links = [(1, "u")]
    var input = try await scenario.input()
    var link = input.links[0]
    link.login = "old"
    input.links = LinkTable([link])
    let plan = try await Planner(matcher: scenario.matcher).plan(input)
    #expect(plan.outcome(of: "new")?.state == .linked)
    #expect(plan.findings.map(\.code) == [.renamed])
    #expect(plan.sightings == [0])
  }
}
