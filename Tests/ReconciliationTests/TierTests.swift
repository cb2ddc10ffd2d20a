import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("Tiers and candidates", .timeLimit(.minutes(5)))
struct TierTests {
  @Test("two directory users that claim one user are both contested, and named (M9)")
  func contestedByRows() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "a", mail: "team@x", guid: 1), .init(login: "b", mail: "team@x", guid: 2),
    ]
    scenario.users = [.init(name: "team", email: "team@x")]
    let plan = try await scenario.plan()
    for (login, other) in [("a", "b"), ("b", "a")] {
      let outcome = try #require(plan.outcome(of: login))
      #expect(outcome.state == .contested)
      #expect(outcome.reason.code == ReasonCode.severalDirectoryUsers)
      #expect(outcome.reason.candidates == ["team"])
      #expect(outcome.reason.detail?.contains("ACME\\\(other)") == true)
    }
    #expect(plan.unclaimed.isEmpty)
  }

  @Test("an ambiguous row claims its users too: nobody gets them by elimination (M9)")
  func ambiguousRowsClaim() async throws {
    var scenario = Scenario(matcher: TwoKeyMatcher())
    scenario.people = [
      .init(login: "both", mail: "one@x", guid: 1, employeeID: "two@x"),
      .init(login: "single", mail: "one@x", guid: 2),
    ]
    scenario.users = [.init(name: "one", email: "one@x"), .init(name: "two", email: "two@x")]
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "both")?.state == .ambiguous)
    #expect(plan.outcome(of: "both")?.reason.candidates == ["one", "two"])
    #expect(plan.outcome(of: "single")?.state == .contested)
    #expect(plan.newLinks.isEmpty)
  }

  @Test("a later tier decides only what earlier ones left open (M11)")
  func tiersInOrder() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "a", mail: "b@x", guid: 1), .init(login: "z", mail: "b@x", guid: 2),
    ]
    scenario.users = [
      .init(name: "ua", login: "ACME\\a"), .init(name: "ub", email: "b@x"),
    ]
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "a")?.user == "ua")
    #expect(plan.outcome(of: "z")?.user == "ub")
    #expect(plan.outcome(of: "z")?.reason.code == "smtp-primary")
    let finding = try #require(plan.findings.first { $0.code == .disagreement })
    #expect(finding.subject == "ACME\\a")
    #expect(finding.message.contains("'ub'"))
  }

  @Test("a user found in an earlier tier is taken in a later one (M7, M11)")
  func takenByTheRun() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "a", guid: 1), .init(login: "z", mail: "a@x", guid: 2),
    ]
    scenario.users = [.init(name: "ua", login: "ACME\\a", email: "a@x")]
    let outcome = try #require(try await scenario.plan().outcome(of: "z"))
    #expect(outcome.state == .contested)
    #expect(outcome.reason.code == ReasonCode.takenBy)
    #expect(outcome.reason.detail == "ACME\\a")
  }

  @Test("exactly one free user among taken ones is found (M7, M11)")
  func oneFreeAmongTaken() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "x", mail: "m@x", guid: 1)]
    scenario.users = [.init(name: "held", email: "m@x"), .init(name: "free", email: "m@x")]
    scenario.links = [(9, "held")]
    #expect(try await scenario.plan().outcome(of: "x")?.user == "free")
  }

  @Test("inactive users are passed over for a later tier (M10)")
  func inactiveGoesOn() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "x", mail: "m@x", guid: 1)]
    scenario.users = [
      .init(name: "old", login: "ACME\\x", isActive: false), .init(name: "new", email: "m@x"),
    ]
    #expect(try await scenario.plan().outcome(of: "x")?.user == "new")
    scenario.users.removeLast()
    let outcome = try #require(try await scenario.plan().outcome(of: "x"))
    #expect(outcome.state == .unmatched)
    #expect(outcome.reason.code == ReasonCode.onlyInactiveUser)
    #expect(outcome.reason.candidates == ["old"])
  }

  @Test("mode all wants every strategy with values on both sides to agree (M11)")
  func modeAll() async throws {
    var scenario = Scenario(matcher: TierMatcher(mode: .all))
    scenario.people = [
      .init(login: "agree", mail: "agree@x", guid: 1),
      .init(login: "differ", mail: "differ@x", guid: 2),
      .init(login: "silent", mail: "silent@x", guid: 3),
      .init(login: "split", mail: "split@x", guid: 4),
    ]
    scenario.users = [
      .init(name: "agree", login: "ACME\\agree", email: "agree@x"),
      .init(name: "differ", login: "ACME\\differ", email: "else@x"),
      .init(name: "silent", email: "silent@x"),
      .init(name: "split1", login: "ACME\\split"), .init(name: "split2", email: "split@x"),
    ]
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "agree")?.user == "agree")
    #expect(plan.outcome(of: "differ")?.state == .unmatched)
    #expect(plan.outcome(of: "silent")?.user == "silent")
    #expect(plan.outcome(of: "split")?.state == .ambiguous)
  }

  @Test("a matcher's failure is unknown, its skip is excluded with the rule (M13)")
  func verdicts() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "a", mail: "fail@x", guid: 1), .init(login: "b", mail: "skip@x", guid: 2),
    ]
    scenario.users = [.init(name: "ua", login: "ACME\\a")]
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "a")?.state == .failed)
    #expect(plan.outcome(of: "a")?.reason.code == ReasonCode.matcherError)
    #expect(plan.outcome(of: "b")?.reason.code == "rule:no-skips")
  }

  @Test("100,000 users and rows with one mail are decided without looking at every pair (M9)")
  func oneMailForAll() async throws {
    var scenario = Scenario()
    scenario.people = (0..<3_000).map { .init(login: "p\($0)", mail: "all@x", guid: $0 + 1) }
    scenario.users = (0..<100_000).map { .init(name: "u\($0)", email: "all@x") }
    let plan = try await scenario.plan()
    #expect(plan.counts[.ambiguous] == 3_000)
    #expect(plan.outcome(of: "p7")?.reason.candidates.count == ReasonWriter.namedLimit)
    #expect(plan.outcome(of: "p7")?.reason.detail == "and 99975 more")
    #expect(plan.unclaimed.isEmpty)
  }

  @Test("the nearest miss is named, and only free users are (R7)")
  func nearMiss() async throws {
    var scenario = Scenario()
    scenario.people = [.init(login: "x", mail: "jo@new", guid: 1)]
    scenario.users = [.init(name: "jo", email: "jo@old"), .init(name: "ann", email: "ann@old")]
    let outcome = try #require(try await scenario.plan().outcome(of: "x"))
    #expect(outcome.reason.code == "near-miss:local-part")
    #expect(outcome.reason.candidates == ["jo"])
    scenario.links = [(9, "jo")]
    #expect(try await scenario.plan().outcome(of: "x")?.reason.code == ReasonCode.noCandidate)
  }

  @Test("a record without any value to compare says so")
  func noKeyValue() async throws {
    var scenario = Scenario(matcher: TwoKeyMatcher())
    scenario.people = [.init(login: "x", guid: 1)]
    let outcome = try #require(try await scenario.plan().outcome(of: "x"))
    #expect(outcome.reason.code == ReasonCode.noKeyValue)
    #expect(outcome.reason.attribute == "mail, employeeID")
  }
}

/// One tier with two attributes that are compared with the mail.
struct TwoKeyMatcher: Matcher {
  let rules = [
    KeyRule(code: "one", matcher: "two", attributes: ["mail"], fields: [.email]),
    KeyRule(code: "other", matcher: "two", attributes: ["employeeID"], fields: [.email]),
  ]
  let attributes = ["mail", "employeeID"]
  let fields: [TenantField] = [.email]

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    var keys = KeyBatch()
    let names = side == .directory ? attributes : ["email"]
    for record in 0..<batch.count {
      for (rule, name) in names.enumerated() where purpose == .candidates {
        if let value = batch.column(name)?.canonical.first(of: record) {
          keys.add(value, rule: rule)
        }
      }
      keys.endRecord()
    }
    return keys
  }
}
