import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

/// Random tenants with few distinct values, so that everything collides with everything.
@Suite("Properties of every plan", .timeLimit(.minutes(5)))
struct PropertyTests {
  struct Randomness: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  static func scenario(seed: UInt64) -> Scenario {
    var random = Randomness(state: seed &* 977 &+ 5)
    var scenario = Scenario(
      matcher: TierMatcher(mode: seed.isMultiple(of: 3) ? .all : .first))
    scenario.people = (0..<24).map { number in
      Scenario.Person(
        login: "l\(Int.random(in: 0..<12, using: &random))",
        mail: Bool.random(using: &random) ? "m\(Int.random(in: 0..<8, using: &random))@x" : nil,
        guid: Int.random(in: 1..<30, using: &random),
        employeeID: "\(Int.random(in: 0..<9, using: &random))",
        change: UInt64(number + 1),
        exclusion: Int.random(in: 0..<10, using: &random) == 0 ? .logins : nil)
    }
    scenario.users = (0..<16).map { number in
      Scenario.User(
        name: "u\(number)",
        login: Bool.random(using: &random)
          ? "ACME\\l\(Int.random(in: 0..<12, using: &random))" : nil,
        email: Bool.random(using: &random) ? "m\(Int.random(in: 0..<8, using: &random))@x" : nil,
        isActive: Int.random(in: 0..<6, using: &random) > 0)
    }
    for guid in 1..<30 where Int.random(in: 0..<6, using: &random) == 0 {
      let user = "u\(Int.random(in: 0..<16, using: &random))"
      if !scenario.links.contains(where: { $0.user == user }) {
        scenario.links.append((guid, user))
      }
    }
    for _ in 0..<4 {
      let pair = (
        Int.random(in: 1..<30, using: &random), "u\(Int.random(in: 0..<16, using: &random))"
      )
      if !scenario.links.contains(where: { $0 == pair }) { scenario.releases.append(pair) }
    }
    for guid in 30..<33 {
      let user = "u\(Int.random(in: 0..<16, using: &random))"
      if !scenario.holds.contains(where: { $0.user == user }) {
        scenario.holds.append((guid, user))
      }
    }
    return scenario
  }

  /// Everything that a plan says, without the numbers that depend on the order of the input.
  static func summary(_ plan: Plan) -> [String] {
    let rows = plan.rows.map { row -> String in
      let batch = plan.directoryUsers[Int(row.batch)]
      let user = row.user < 0 ? "-" : plan.users.userName(of: Int(row.user))
      let login = batch.records.column("sAMAccountName")?.raw.text(of: Int(row.record)) ?? ""
      let guid = batch.anchors[Int(row.record)]?.description ?? ""
      return "\(login) \(guid) \(row.state) \(user) \(plan.reason(of: row))"
    }
    let changes = plan.userChanges.map {
      "\(plan.users.userName(of: $0.user)) \($0.recording) \(String(describing: $0.windowsLogin))"
    }
    return rows + changes.sorted() + plan.unclaimed.map { plan.users.userName(of: $0) }.sorted()
      + plan.findings.map { "\($0)" }.sorted() + plan.vanishedLinks.map { "\($0)" }
  }

  @Test("the result does not depend on the order of either side (M8)", arguments: 0..<200)
  func orderIndependence(seed: Int) async throws {
    var scenario = Self.scenario(seed: UInt64(seed))
    let expected = Self.summary(try await scenario.plan())
    var random = Randomness(state: UInt64(seed) &+ 99)
    for _ in 0..<4 {
      scenario.people.shuffle(using: &random)
      scenario.users.shuffle(using: &random)
      scenario.links.shuffle(using: &random)
      scenario.releases.shuffle(using: &random)
      let again = Self.summary(try await scenario.plan())
      #expect(again.difference(from: expected).isEmpty)
    }
  }

  @Test(
    "links are one-to-one; nothing taken, released, held or inactive is newly linked (M9, U2)",
    arguments: 0..<200)
  func oneToOne(seed: Int) async throws {
    let scenario = Self.scenario(seed: UInt64(seed))
    let plan = try await scenario.plan()
    let linked = plan.rows.filter { $0.user >= 0 }
    #expect(Set(linked.map(\.user)).count == linked.count)
    for index in plan.newLinks {
      let row = plan.rows[index]
      let name = plan.users.userName(of: Int(row.user))
      let guid = plan.directoryUsers[Int(row.batch)].anchors[Int(row.record)]
      #expect(!scenario.links.contains { $0.user == name })
      #expect(!scenario.holds.contains { $0.user == name })
      #expect(!scenario.releases.contains { $0.user == name && Scenario.guid($0.guid) == guid })
      #expect(scenario.users.first { $0.name == name }?.isActive == true)
    }
  }

  /// The scenario after its plan was carried out.
  private func applied(_ plan: Plan, to scenario: Scenario) throws -> Scenario {
    var scenario = scenario
    for index in plan.newLinks {
      let row = plan.rows[index]
      let guid = plan.directoryUsers[Int(row.batch)].anchors[Int(row.record)]
      let number = try #require((1..<30).first { Scenario.guid($0) == guid })
      scenario.links.append((number, plan.users.userName(of: Int(row.user))))
    }
    for change in plan.userChanges {
      let name = plan.users.userName(of: change.user)
      let index = try #require(scenario.users.firstIndex { $0.name == name })
      if let login = change.windowsLogin { scenario.users[index].login = login.new }
      for field in change.recording {
        let profile = try #require(
          ProfileField.allCases.first { $0.tenantField == field.field })
        scenario.users[index].recording[profile] = field.new
      }
      scenario.users[index].isLocked = true
    }
    return scenario
  }

  /// A link gives a user a new login and mail, and so may settle a row that two users fitted: the
  /// next run links it. What one run wrote, no later run writes again, and it comes to an end.
  @Test("what a run wrote is not written again, and runs come to rest (S6)", arguments: 0..<200)
  func runsComeToRest(seed: Int) async throws {
    var scenario = Self.scenario(seed: UInt64(seed))
    var plan = try await scenario.plan()
    for _ in 0..<scenario.users.count where !plan.changesNothing {
      let settled = Set(plan.userChanges.map { plan.users.userName(of: $0.user) })
      scenario = try applied(plan, to: scenario)
      let next = try await scenario.plan()
      let freed = Set(plan.findings.filter { $0.code == .conflict }.compactMap(\.subject))
      let again = next.userChanges.map { next.users.userName(of: $0.user) }
      #expect(again.filter { settled.contains($0) && !freed.contains($0) }.isEmpty)
      plan = next
    }
    #expect(plan.changesNothing)
  }

  @Test("where no two people share a value, the second run writes nothing (S6)")
  func secondRunIsQuiet() async throws {
    var scenario = Scenario()
    scenario.people = (1..<30).map { (number: Int) in
      .init(
        login: "l\(number)", mail: "m\(number)@x", guid: number, first: "F\(number)",
        employeeID: "\(number)")
    }
    scenario.users = (1..<30).map {
      .init(
        name: "u\($0)", login: $0.isMultiple(of: 2) ? "ACME\\l\($0)" : nil, email: "m\($0)@x")
    }
    let plan = try await scenario.plan()
    #expect(plan.newLinks.count == 29)
    #expect(try await applied(plan, to: scenario).plan().changesNothing)
  }
}
