import Administration
import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("Limits of a run", .timeLimit(.minutes(5)))
struct LimitTests {
  private func last(_ rows: [String: Int]) -> RunRecord {
    RunRecord(
      id: 1, outcome: .complete, actor: "alice", startedAt: Scenario.moment,
      completedAt: Scenario.moment, rowsByDomain: rows)
  }

  private func refusals(
    people: Int, before: [String: Int]?, linksBefore: Int = 0, newLinks: Int = 0
  ) async throws -> [String] {
    var scenario = Scenario()
    scenario.people = (0..<people).map { .init(login: "p\($0)", guid: $0 + 1) }
    scenario.users = (0..<newLinks).map { .init(name: "u\($0)", login: "ACME\\p\($0)") }
    return LimitRefusal.all(
      of: try await scenario.plan(), tenant: scenario.tenant, last: before.map(last),
      linksBefore: linksBefore
    ).map(\.description)
  }

  @Test("the first run has nothing to compare with (T3)")
  func firstRun() async throws { #expect(try await refusals(people: 0, before: nil).isEmpty) }

  @Test("a directory without users is refused, however small it was (T3)")
  func emptied() async throws {
    #expect(try await refusals(people: 0, before: ["ACME": 3]).count == 1)
    #expect(try await refusals(people: 0, before: ["ACME": 0]).isEmpty)
    #expect(try await refusals(people: 5, before: ["ACME": 5, "GONE": 2]).count == 1)
  }

  @Test(
    "a drop counts from 100 rows up and beyond 20 % (T3)",
    arguments: [(99, 50, 0), (100, 80, 0), (100, 79, 1), (1000, 799, 1)])
  func drop(before: Int, now: Int, expected: Int) async throws {
    #expect(try await refusals(people: now, before: ["ACME": before]).count == expected)
  }

  @Test(
    "users that are there but can no longer be used count as gone (T3, M14)",
    arguments: [
      (usable: 100 as Int?, faulty: 20, expected: 0), (100, 21, 1), (100, 100, 1), (0, 100, 0),
      (79, 21, 0), (nil, 21, 1),
    ])
  func unusable(usable: Int?, faulty: Int, expected: Int) async throws {
    var scenario = Scenario()
    scenario.people = (0..<100).map {
      .init(login: "p\($0)", guid: $0 + 1, fault: $0 < faulty ? .missingLogin : nil)
    }
    var last = last(["ACME": 100])
    last.usableByDomain = usable.map { ["ACME": $0] }
    let refusals = LimitRefusal.all(
      of: try await scenario.plan(), tenant: scenario.tenant, last: last, linksBefore: 0)
    #expect(refusals.count == expected)
    #expect(
      refusals.allSatisfy {
        $0.description.hasPrefix(
          "ACME has 100 users of which \(100 - faulty) can be used, and in the last snapshot 100 ")
      })
  }

  @Test("what an earlier version's run had as invalid is not lost again (T3)")
  func unusableBefore() async throws {
    var scenario = Scenario()
    scenario.people = (0..<3).map { .init(login: "p\($0)", guid: $0 + 1, fault: .missingLogin) }
    var last = last(["ACME": 3])
    last.counts.add(.invalid, 3)
    let plan = try await scenario.plan()
    #expect(LimitRefusal.all(of: plan, tenant: scenario.tenant, last: last, linksBefore: 0).isEmpty)
    last.rowsByDomain["PARTNER"] = 0
    last.counts = StateCounts()
    #expect(LimitRefusal.all(of: plan, tenant: scenario.tenant, last: last, linksBefore: 0).isEmpty)
  }

  @Test(
    "new links count against the links that stood before (T3)",
    arguments: [(99, 99, 0), (100, 50, 0), (100, 51, 1)])
  func newLinks(before: Int, new: Int, expected: Int) async throws {
    let refusals = try await refusals(
      people: new, before: ["ACME": new], linksBefore: before, newLinks: new)
    #expect(refusals.count == expected)
  }

  @Test(
    "a users file that lost users beyond 20 %, or all of them, is refused; a store never is (T3)",
    arguments: [
      (nil, 3, 0), (99, 10, 0), (100, 80, 0), (100, 79, 1), (3, 0, 1), (0, 0, 0), (100, 200, 0),
    ])
  func userDrop(before: Int?, now: Int, expected: Int) async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "p", guid: 1)]
    scenario.users = (0..<now).map { .init(name: "u\($0)") }
    var last = last(["ACME": 1])
    last.userCount = before
    let plan = try await scenario.plan()
    var tenant = scenario.tenant
    #expect(LimitRefusal.all(of: plan, tenant: tenant, last: last, linksBefore: 0).isEmpty)
    tenant.users = .csv(path: "/users.csv")
    let refusals = LimitRefusal.all(of: plan, tenant: tenant, last: last, linksBefore: 0)
    #expect(refusals.count == expected)
    #expect(refusals.allSatisfy { $0.description.hasPrefix("/users.csv has ") })
  }

  @Test("a Windows login that is only restored is no update (T3, S2)")
  func restoredLogins() async throws {
    var scenario = Scenario()
    scenario.people = (0..<100).map { .init(login: "p\($0)", guid: $0 + 1) }
    scenario.users = (0..<100).map { .init(name: "u\($0)", isLocked: true) }
    scenario.links = (0..<100).map { ($0 + 1, "u\($0)") }
    let plan = try await scenario.plan()
    #expect(plan.userChanges.count == 100)
    #expect(
      LimitRefusal.all(
        of: plan, tenant: scenario.tenant, last: last(["ACME": 100]), linksBefore: 100
      ).isEmpty)
  }

  @Test("the writes of linking are not updates (T3)")
  func linkingIsNoUpdate() async throws {
    let refusals = try await refusals(
      people: 40, before: ["ACME": 40], linksBefore: 100, newLinks: 40)
    #expect(refusals.isEmpty)
  }

  @Test("updates of standing links beyond 20 % are refused (T3)")
  func updates() async throws {
    var scenario = Scenario()
    scenario.people = (0..<100).map {
      .init(login: "p\($0)", guid: $0 + 1, first: $0 < 21 ? "New" : nil)
    }
    scenario.users = (0..<100).map {
      .init(name: "u\($0)", login: "ACME\\p\($0)", isLocked: true)
    }
    scenario.links = (0..<100).map { ($0 + 1, "u\($0)") }
    let refusals = LimitRefusal.all(
      of: try await scenario.plan(), tenant: scenario.tenant, last: last(["ACME": 100]),
      linksBefore: 100)
    #expect(refusals.count == 1)
    #expect(refusals.first?.description.contains("maxUpdates (20%)") == true)
  }
}
