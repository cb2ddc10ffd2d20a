import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("What a round asks for")
struct AttentionRuleTests {
  private static let now = Timestamp(secondsSince1970: 1_795_000_000)
  private let first = AttentionRule(isFirst: true, at: now)
  private let later = AttentionRule(isFirst: false, at: now)

  private static func facts(
    _ state: RowState = .linked, _ user: String? = "jsmith", _ reason: String = "login-exact",
    _ flags: AccountFlags = []
  ) -> ReviewFacts {
    ReviewFacts(state, userName: user, reasonCode: reason, flags: flags)
  }

  private func subject() throws -> ReviewSubject {
    .row(.guid(try #require(ObjectGUID(high: 1, low: 2))))
  }

  private func decision(
    _ wish: ReviewDecision.Wish, _ facts: ReviewFacts = facts()
  ) -> ReviewDecision {
    ReviewDecision(wish, actor: "alice", at: Self.now, review: 1, facts: facts)
  }

  @Test(
    "V1: a first round asks for what is not matched, stale, or disabled and matched",
    arguments: RowState.allCases)
  func firstRound(state: RowState) throws {
    let isMatched = state.status == .matched
    for flags in [[], .disabled, .locked, .unknown] as [AccountFlags] {
      let facts = Self.facts(state, isMatched ? "jsmith" : nil, "code", flags)
      let causes = first.causes(
        try subject(), facts, remembered: nil, carried: nil, decision: nil)
      let asks = !isMatched || state == .linkedStale || flags == .disabled
      #expect(causes == (asks ? [.firstRound] : []), "\(state) \(flags)")
    }
  }

  @Test("V1: a first round asks for every vanished link, and for no unclaimed user")
  func firstRoundOfOthers() throws {
    let guid = try #require(ObjectGUID(high: 1, low: 2))
    let link = ReviewFacts(state: "source-deleted", userName: "x", reasonCode: "", flags: [])
    #expect(
      first.causes(.vanishedLink(guid), link, remembered: nil, carried: nil, decision: nil)
        == [.firstRound])
    #expect(
      first.causes(
        .unclaimedUser("x"), .unclaimed, remembered: nil, carried: nil, decision: nil) == [])
  }

  @Test("V1: a later round asks for nothing that is as it was, even if it is not matched")
  func unchanged() throws {
    for facts in [Self.facts(), Self.facts(.unmatched, nil, "no-candidate")] {
      let known = RememberedFacts(facts, isUndecided: false)
      #expect(
        later.causes(try subject(), facts, remembered: known, carried: nil, decision: nil) == [])
    }
    // A link is `found` in the run that made it, and `linked` from the next one on.
    #expect(Self.facts(.found) == Self.facts(.linked))
  }

  @Test("V1: a later round asks for who is new")
  func new() throws {
    #expect(
      later.causes(try subject(), Self.facts(), remembered: nil, carried: nil, decision: nil)
        == [.new])
  }

  @Test("V1: a change of status, linked user, reason code or account asks, and says what changed")
  func changed() throws {
    let old = RememberedFacts(Self.facts(), isUndecided: false)
    let changes: [(ReviewFacts, [ReviewDifference.Field])] = [
      (Self.facts(.released, nil, "released-by"), [.status, .user, .reason]),
      (Self.facts(.linkedStale), [.state]), (Self.facts(.linked, "other"), [.user]),
      (Self.facts(.linked, "jsmith", "manual"), [.reason]),
      (Self.facts(.linked, "jsmith", "login-exact", .disabled), [.account]),
    ]
    for (facts, fields) in changes {
      let causes = later.causes(
        try subject(), facts, remembered: old, carried: nil, decision: nil)
      #expect(causes.count == 1 && causes.first?.code == "changed")
      #expect(causes.first?.differences.map(\.field) == fields)
    }
    let causes = later.causes(
      try subject(), Self.facts(.linked, "other"), remembered: old, carried: nil, decision: nil)
    #expect(causes.map(\.message) == ["user was 'jsmith', is 'other'"])
  }

  @Test("V1: an exception asks again once its last day is over, and not before")
  func exceptionEnds() throws {
    let facts = Self.facts(.unmatched, nil, "no-candidate")
    let known = RememberedFacts(facts, isUndecided: false)
    let today = Day(of: Self.now)
    let yesterday = Day(of: Timestamp(secondsSince1970: Self.now.secondsSince1970 - 86400))
    for (until, causes) in [
      (yesterday, [AttentionCause.exceptionEnded(yesterday)]), (today, []), (nil, []),
    ] as [(Day?, [AttentionCause])] {
      let carried = decision(.init(.exception, note: "service", until: until), facts)
      #expect(
        later.causes(try subject(), facts, remembered: known, carried: carried, decision: nil)
          == causes)
    }
  }

  @Test("V1: what was to be fixed asks again while it is the same")
  func stillToFix() throws {
    let facts = Self.facts(.ambiguous, nil, "several-users")
    let known = RememberedFacts(facts, isUndecided: false)
    let carried = decision(.init(.toFix, note: "two users", assignee: "maria"), facts)
    let same = later.causes(
      try subject(), facts, remembered: known, carried: carried, decision: nil)
    #expect(same.map(\.message) == ["still to fix for maria: two users"])
    let changed = later.causes(
      try subject(), Self.facts(), remembered: known, carried: carried, decision: nil)
    #expect(changed.map(\.code) == ["changed"])
  }

  @Test("V1: what was signed without a decision asks again")
  func leftUndecided() throws {
    let known = RememberedFacts(Self.facts(), isUndecided: true)
    #expect(
      later.causes(try subject(), Self.facts(), remembered: known, carried: nil, decision: nil)
        == [.leftUndecided])
  }

  @Test("V2: a decision of the round settles it, until the row is not what was decided on")
  func decided() throws {
    let decided = decision(.init(.confirmed))
    for rule in [first, later] {
      #expect(
        rule.causes(try subject(), Self.facts(), remembered: nil, carried: nil, decision: decided)
          == [])
      let causes = rule.causes(
        try subject(), Self.facts(.released, nil, "released-by"), remembered: nil, carried: nil,
        decision: decided)
      #expect(causes.map(\.code) == ["changed-since-decision"])
      #expect(causes.first?.message.contains("status was Matched, is Not Matched") == true)
    }
  }

  @Test("S5: a vanished link that is unseen while a run failed has not changed")
  func unseen() throws {
    func facts(_ state: VanishedLinkState) -> ReviewFacts {
      ReviewFacts(state: state.rawValue, userName: "x", reasonCode: "", flags: [])
    }
    #expect(facts(.sourceUnseen).differences(from: facts(.sourceDeleted)) == [])
    #expect(facts(.sourceOutOfScope).differences(from: facts(.sourceUnseen)) == [])
    #expect(facts(.sourceDeleted).differences(from: facts(.sourceOutOfScope)).count == 1)
    #expect(facts(.userMissing).differences(from: facts(.sourceUnseen)).count == 1)
  }

  @Test("what a decision needs: a note, an end that is not over, and nothing that means nothing")
  func wishes() throws {
    let today = Day(of: Self.now)
    let past = try #require(Day("2026-01-01"))
    let right: [ReviewDecision.Wish] = [
      .init(.confirmed), .init(.confirmed, note: "seen"), .init(.exception, note: "x"),
      .init(.exception, note: "x", until: today), .init(.toFix, note: "x", assignee: "maria"),
    ]
    #expect(right.allSatisfy { $0.problem(at: Self.now) == nil })
    let wrong: [ReviewDecision.Wish] = [
      .init(.exception), .init(.toFix, note: "  "), .init(.confirmed, until: today),
      .init(.toFix, note: "x", until: today), .init(.exception, note: "x", assignee: "maria"),
      .init(.exception, note: "x", until: past),
      .init(.confirmed, note: String(repeating: "x", count: 4097)),
    ]
    #expect(wrong.allSatisfy { $0.problem(at: Self.now) != nil })
  }
}

@Suite("Who may sign, and when")
struct SignatureRuleTests {
  private static let facts = ReviewFacts(.linked, userName: "x", reasonCode: "y", flags: [])
  private let byAlice = [
    ReviewDecision(
      .init(.confirmed), actor: "alice", at: Timestamp(secondsSince1970: 0), review: 1,
      facts: facts)
  ]

  @Test("V4: undecided rows are in the way unless they are allowed")
  func undecided() {
    let rule = SignatureRule(ReviewSettings())
    func refusal(_ undecided: Int, _ allows: Bool) -> Failure? {
      rule.refusal(
        of: "alice", undecided: undecided, allowsUndecided: allows, decisions: byAlice)
    }
    #expect(refusal(2, false)?.kind == .notAvailable)
    #expect(refusal(2, false)?.message == "2 rows need a decision and have none")
    #expect(refusal(2, true) == nil && refusal(0, false) == nil)
  }

  @Test("V5: another signer than who decided, if the tenant file asks for it")
  func other() {
    let rule = SignatureRule(ReviewSettings(signer: .other))
    func refusal(_ actor: String) -> Failure? {
      rule.refusal(of: actor, undecided: 0, allowsUndecided: true, decisions: byAlice)
    }
    #expect(refusal("alice")?.kind == .permissionRefused)
    #expect(refusal("bob") == nil)
  }
}
