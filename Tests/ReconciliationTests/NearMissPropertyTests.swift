import CompositeMatcher
import EmployeeIDMatcher
import LoginMatcher
import NameMatcher
import PluginContract
import SMTPMatcher
import TenantCore
import Testing

@testable import Reconciliation

/// Random values of few letters, look-alikes and separators, so that everything nearly meets.
@Suite("Properties of near misses", .timeLimit(.minutes(5)))
struct NearMissPropertyTests {
  private static let pieces = [
    "a", "А", "ａ", "o", "0", "ı", "i", "'", "’", " ", "\u{A0}", "\u{200B}", "-", "‑", "ä",
    "a\u{308}",
    "\\", "/", "@", ".", "<", ">", ";", "x.example", "acme", "xn--mller-kva", "müller", "1", "E+",
    ",", "ß", "SS",
  ]

  private static func text(_ random: inout PropertyTests.Randomness) -> String {
    (0..<Int.random(in: 1..<6, using: &random))
      .compactMap { _ in pieces.randomElement(using: &random) }.joined()
  }

  private static func composite(_ mode: TierMode) throws -> any Matcher {
    let directories = [DirectoryIdentity(domain: "ACME", dnsDomain: "x.example")]
    let strategies = try [loginMatcher, smtpMatcher, employeeIDMatcher, nameMatcher].map {
      try $0.make(MatcherContext(directories: directories))
    }
    return try compositeMatcher.make(
      MatcherContext(directories: directories, strategies: strategies, mode: mode))
  }

  private static func scenario(seed: Int) throws -> Scenario {
    var random = PropertyTests.Randomness(state: UInt64(seed) &* 7919 &+ 3)
    var scenario = Scenario(matcher: try composite(seed.isMultiple(of: 2) ? .first : .all))
    scenario.people = (0..<12).map {
      .init(
        login: text(&random), mail: text(&random), guid: $0 + 1, first: text(&random),
        last: text(&random), employeeID: text(&random))
    }
    scenario.users = (0..<12).map {
      .init(
        name: "u\($0)", login: text(&random), email: text(&random), first: text(&random),
        last: text(&random), employeeID: text(&random))
    }
    return scenario
  }

  /// A matcher without its near keys: what decides.
  private struct Deciding: Matcher {
    let matcher: any Matcher
    var rules: [KeyRule] { matcher.rules }
    var attributes: [String] { matcher.attributes }
    var fields: [TenantField] { matcher.fields }
    var mode: TierMode { matcher.mode }

    func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
      if purpose == .candidates {
        return try matcher.keys(for: batch, side: side, purpose: purpose)
      }
      var keys = KeyBatch()
      for _ in 0..<batch.count { keys.endRecord() }
      return keys
    }
  }

  @Test("near keys decide nothing: without them every row has the same state", arguments: 0..<50)
  func nearKeysDecideNothing(seed: Int) async throws {
    var scenario = try Self.scenario(seed: seed)
    let plan = try await scenario.plan()
    scenario.matcher = Deciding(matcher: scenario.matcher)
    let without = try await scenario.plan()
    #expect(plan.rows.map(\.state) == without.rows.map(\.state))
    #expect(plan.rows.map(\.user) == without.rows.map(\.user))
    #expect(plan.newLinks == without.newLinks)
    #expect(plan.unclaimed == without.unclaimed)
  }

  @Test("values that are equal when folded are no near miss (M5)", arguments: 0..<50)
  func equalIsNoNearMiss(seed: Int) async throws {
    let scenario = try Self.scenario(seed: seed)
    let plan = try await scenario.plan()
    for row in plan.rows where row.state == .unmatched {
      let reason = plan.reason(of: row)
      guard reason.code.hasPrefix("near-miss:"), reason.code != "near-miss:transposed-name",
        let name = reason.candidates.first,
        let user = scenario.users.first(where: { $0.name == name })
      else { continue }
      let other: String? =
        switch reason.matcher {
        case "smtp": user.email
        case "employee-id": user.employeeID
        case "name": "\(user.first ?? "") \(user.last ?? "")"
        default: nil
        }
      guard let other, let value = reason.value else { continue }
      #expect(CanonicalText.of(value) != CanonicalText.of(other), "\(reason)")
    }
  }
}
