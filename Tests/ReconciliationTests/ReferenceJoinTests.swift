import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

/// The planner decides what the slow reference decides, however its work is cut.
@Suite("The planner and the reference decide alike", .timeLimit(.minutes(10)))
struct ReferenceJoinTests {
  /// Seeds of one test, so that thousands of tenants make few tests.
  private static let seedsOfTest = 50

  private static func scenario(seed: Int) -> Scenario {
    var random = PropertyTests.Randomness(state: UInt64(seed) &* 6151 &+ 11)
    func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    var scenario = Scenario(
      matcher: TierMatcher(mode: seed.isMultiple(of: 3) ? .all : .first))
    scenario.domains = ["ACME", "beta", "Apex"].prefix(number(1..<4)).map(\.self)
    scenario.partitions = [1, 2, 3, 7][seed % 4]
    let mails = ["m1@x", "m2@x", "m2@y", "m3@x", "fail@x", "skip@x", "L1@x", "m4@é"]
    scenario.people = (0..<number(0..<26)).map { position in
      Scenario.Person(
        login: ["l", "L", "longer-than-sixteen-bytes-", "gone"][number(0..<4)]
          + "\(number(0..<9))",
        mail: number(0..<3) > 0 ? mails[number(0..<mails.count)] : nil,
        guid: number(0..<12) == 0 ? nil : number(1..<30),
        domain: scenario.domains[number(0..<scenario.domains.count)],
        change: UInt64(number(0..<3)),
        fault: number(0..<12) == 0 ? .undecodable(attribute: "mail") : nil,
        exclusion: number(0..<12) == 0 ? .logins : nil)
    }
    scenario.users = (0..<number(0..<18)).map { position in
      Scenario.User(
        name: (position.isMultiple(of: 2) ? "u" : "U") + "\(100 - position)",
        login: number(0..<3) > 0 ? "ACME\\l\(number(0..<9))" : nil,
        email: number(0..<3) > 0 ? mails[number(0..<mails.count)] : nil,
        isActive: number(0..<6) > 0)
    }
    scenario.users.shuffle(using: &random)
    guard !scenario.users.isEmpty else { return scenario }
    for guid in 1..<30 where number(0..<6) == 0 {
      let user =
        number(0..<8) == 0 ? "gone\(guid)" : scenario.users[number(0..<scenario.users.count)].name
      if !scenario.links.contains(where: { $0.user == user }) {
        scenario.links.append((guid, user))
        if number(0..<3) == 0 { scenario.presence[guid] = .outOfScope }
      }
    }
    for _ in 0..<number(0..<6) {
      let pair = (number(1..<30), scenario.users[number(0..<scenario.users.count)].name)
      if !scenario.links.contains(where: { $0 == pair }) { scenario.releases.append(pair) }
    }
    for guid in 30..<30 + number(0..<4) {
      let user = scenario.users[number(0..<scenario.users.count)].name
      if !scenario.holds.contains(where: { $0.user == user }) {
        scenario.holds.append((guid, user))
      }
    }
    return scenario
  }

  private static func decided(_ plan: Plan) -> [ReferenceJoin.Decided] {
    plan.rows.map { row in
      let batch = plan.directoryUsers[Int(row.batch)]
      let reason = plan.reason(of: row)
      let isMatched = row.user >= 0
      return ReferenceJoin.Decided(
        login: batch.records.column("sAMAccountName")?.raw.text(of: Int(row.record)) ?? "",
        state: row.state, user: isMatched ? plan.users.userName(of: Int(row.user)) : nil,
        code: isMatched ? nil : reason.code, candidates: isMatched ? [] : reason.candidates)
    }
  }

  @Test(
    "rows, their order, states, users, reasons and the unclaimed are the reference's (M7 to M15, R4, U2)",
    arguments: 0..<80)
  func sameDecisions(block: Int) async throws {
    for seed in block * Self.seedsOfTest..<(block + 1) * Self.seedsOfTest {
      let scenario = Self.scenario(seed: seed)
      var reference = try await ReferenceJoin(scenario)
      let expected = reference.decide()
      let plan = try await scenario.plan()
      let decided = Self.decided(plan)
      #expect(decided == expected, "seed \(seed)")
      #expect(
        plan.unclaimed.map { plan.users.userName(of: $0) }.sorted() == reference.unclaimed,
        "seed \(seed)")
      #expect(plan.newLinks == plan.rows.indices.filter { plan.rows[$0].state == .found })
    }
  }

  @Test(
    "what is left out of a plan changes nothing of the rest: states and users of rows, and what is asked for",
    arguments: 0..<40)
  func sameRowsWithFewerParts(block: Int) async throws {
    for seed in block * 10..<(block + 1) * 10 {
      let scenario = Self.scenario(seed: seed)
      let whole = try await scenario.plan()
      for parts in [[], .reasons, .summary] as [PlanParts] {
        let plan = try await scenario.plan(parts)
        #expect(
          Self.outcomes(plan, parts) == Self.outcomes(whole, parts), "seed \(seed), \(parts)")
      }
    }
  }

  /// What a plan says where so much was asked for.
  private static func outcomes(_ plan: Plan, _ parts: PlanParts) -> [String] {
    let rows = plan.rows.map { row in
      "\(row.batch) \(row.record) \(row.state) \(row.user) "
        + (parts.contains(.reasons) ? "\(plan.reason(of: row))" : "")
    }
    guard parts.contains(.summary) else { return rows }
    return rows + plan.userChanges.map { "\($0)" } + plan.unclaimed.map { "\($0)" }
      + plan.findings.map { "\($0)" } + plan.vanishedLinks.map { "\($0)" }
      + plan.newLinks.map { "\($0)" } + plan.sightings.map { "\($0)" }
      + plan.changedReleases.map { "\($0)" }
  }

  @Test(
    "the number of parts that work is cut into changes nothing, in the order of all things (M8)",
    arguments: 0..<40)
  func samePlanInEveryPartition(block: Int) async throws {
    for seed in block * 10..<(block + 1) * 10 {
      var scenario = Self.scenario(seed: seed)
      var plans: [[String]] = []
      for partitions in [1, 2, 3, 7] {
        scenario.partitions = partitions
        let plan = try await scenario.plan()
        plans.append(
          PropertyTests.summary(plan) + plan.findings.map { "\($0)" }
            + plan.unclaimed.map { "\($0)" } + plan.newLinks.map { "\($0)" }
            + plan.userChanges.map { "\($0)" } + plan.rows.map { "\($0.batch) \($0.record)" })
      }
      #expect(plans.allSatisfy { $0 == plans[0] }, "seed \(seed)")
    }
  }
}
