import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("Users that an unlink holds, and candidates that a users file lost", .timeLimit(.minutes(5)))
struct HoldTests {
  /// John Smith's user, unlinked from GUID 1; an administrator's account has the same mail.
  private func unlinked(hold: Release.Hold) async throws -> PlannerInput {
    var scenario = Scenario()
    scenario.people = [.init(login: "jsmith-adm", mail: "john@x", guid: 2)]
    scenario.users = [.init(name: "jsmith", login: "ACME\\jsmith", email: "John@x")]
    scenario.holds = [(1, "jsmith")]
    var input = try await scenario.input()
    input.releases[0].hold = hold
    return input
  }

  private func plan(_ input: PlannerInput) async throws -> Plan {
    try await Planner(matcher: TierMatcher()).plan(input)
  }

  @Test("a held user is nobody's candidate, and the reason says from whom it was unlinked (U2)")
  func held() async throws {
    let input = try await unlinked(hold: .untilSeen)
    let plan = try await plan(input)
    let outcome = try #require(plan.outcome(of: "jsmith-adm"))
    #expect(outcome.state == .contested && outcome.user == nil)
    #expect(
      outcome.reason
        == Reason(
          code: ReasonCode.held, matcher: "smtp", attribute: "mail", value: "john@x",
          canonical: "john@x", candidates: ["jsmith"],
          detail: "ACME\\other1 by alice on 2026-01-01T00:00:00Z: left"))
    #expect(plan.changesNothing)
    let noted = ComparedValues(values: ["jsmith", "acme\\jsmith", "", "", "", "john@x"])
    #expect(plan.changedReleases.map(\.hold) == [.unchanged(noted)])
  }

  @Test("the values of the unlink hold, and a change of case only ends nothing (U2, M5)")
  func unchanged() async throws {
    var input = try await unlinked(hold: .untilSeen)
    input.releases[0].hold = .unchanged(ComparedValues(of: 0, in: input.users))
    let plan = try await plan(input)
    #expect(plan.outcome(of: "jsmith-adm")?.reason.code == ReasonCode.held)
    #expect(plan.changedReleases.isEmpty)
  }

  @Test("a value that matchers compare was changed: the hold ends in this very run (U2)")
  func changed() async throws {
    let old = ComparedValues(values: ["jsmith", "acme\\jsmith", "", "", "", "old@x"])
    let plan = try await plan(try await unlinked(hold: .unchanged(old)))
    #expect(plan.outcome(of: "jsmith-adm")?.state == .found)
    #expect(plan.changedReleases.map(\.hold) == [.ended])
  }

  @Test("with a free user beside it, a held one does not make a row ambiguous (U2, M9)")
  func heldBesideFree() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "a", mail: "john@x", guid: 2)]
    scenario.users = [.init(name: "held", email: "john@x"), .init(name: "free", email: "john@x")]
    scenario.holds = [(1, "held")]
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "a")?.user == "free")
  }

  private func fitted(_ names: [String], now users: [Scenario.User]) -> Scenario {
    var scenario = Scenario()
    scenario.people = [.init(login: "a", mail: "m@x", guid: 1)]
    scenario.ambiguities = [1: names]
    scenario.users = users
    return scenario
  }

  @Test("who is missing from the users file settles nothing: one left, or nobody (M16)")
  func missing() async throws {
    let one = try await fitted(["u", "v"], now: [.init(name: "u", login: "ACME\\a")]).plan()
    let outcome = try #require(one.outcome(of: "a"))
    #expect(outcome.state == .ambiguous)
    #expect(
      outcome.reason
        == Reason(
          code: ReasonCode.candidateGone, matcher: "login", attribute: "sAMAccountName",
          value: "a", canonical: "a", candidates: ["u", "v"], detail: "'v'"))
    let nobody = try await fitted(["u", "v"], now: []).plan().outcome(of: "a")
    #expect(nobody?.reason.detail == "'u', 'v'")
    // The second tier would link somebody else: that is no better.
    let other = try await fitted(["u", "v"], now: [.init(name: "w", email: "m@x")]).plan()
    #expect(other.outcome(of: "a")?.reason.code == ReasonCode.candidateGone)
  }

  @Test("a candidate that is back with other values, or inactive, settles it (M16)")
  func settled() async throws {
    let changed = fitted(
      ["u", "v"],
      now: [.init(name: "u", login: "ACME\\a"), .init(name: "V", login: "ACME\\b")])
    #expect(try await changed.plan().outcome(of: "a")?.user == "u")
    let inactive = fitted(
      ["u", "v"],
      now: [
        .init(name: "u", login: "ACME\\a"),
        .init(name: "v", login: "ACME\\a", isActive: false),
      ])
    #expect(try await inactive.plan().outcome(of: "a")?.user == "u")
  }

  @Test("a row that is compared by another value now is decided by it (M16)")
  func otherValue() async throws {
    var scenario = fitted(["u", "v"], now: [.init(name: "u", login: "ACME\\new")])
    var input = try await scenario.input()
    scenario.people[0].login = "new"
    let ambiguities = input.ambiguities
    input = try await scenario.input()
    input.ambiguities = ambiguities
    #expect(try await plan(input).outcome(of: "new")?.user == "u")
  }
}
