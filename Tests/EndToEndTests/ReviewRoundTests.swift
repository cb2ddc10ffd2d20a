import Foundation
import Harness
import Testing

/// A round as `reviews show --output json` gives it.
struct RoundDocument: Decodable, Sendable {
  struct Review: Decodable, Sendable {
    struct Counts: Decodable, Sendable {
      var total: Int
      var undecided: Int
      var bySignature: Int
      var decided: [String: Int]
    }
    var review: Int
    var state: String
    var statement: String?
    var digest: String?
    var previousDigest: String?
    var counts: Counts
  }
  struct Row: Decodable, Sendable {
    struct Attention: Decodable, Sendable {
      struct Change: Decodable, Sendable {
        var field: String
        var old: String?
        var new: String?
      }
      var code: String
      var message: String
      var changes: [Change]
    }
    struct Decision: Decodable, Sendable {
      var decision: String
      var note: String?
      var until: String?
      var by: String
    }
    var kind: String
    var activeDirectoryLogin: String?
    var status: String?
    var state: String?
    var userName: String?
    var attention: [Attention]
    var undecided: Bool
    var decision: Decision?
  }
  struct Correction: Decodable, Sendable {
    var kind: String
    var userName: String
  }
  var review: Review
  var rows: [Row]
  var corrections: [Correction]

  func row(_ login: String) -> Row? { rows.first { $0.activeDirectoryLogin == login } }
  /// The codes of why each row needs a decision, by login or, for what has none, by user.
  var attention: [String: [String]] {
    Dictionary(
      rows.map { ($0.activeDirectoryLogin ?? $0.userName ?? "", $0.attention.map(\.code)) }
    ) { first, _ in first }
  }
}

private struct RoundFailed: Error, CustomStringConvertible {
  let description: String
}

extension RunTenantctl {
  /// The open round, or another one.
  func round(_ tenant: String, _ words: String...) async throws -> RoundDocument {
    let text = try await run(["reviews", "show", tenant, "--output", "json"] + words)
    guard text.code == 0 else { throw RoundFailed(description: text.errors) }
    return try JSONDecoder().decode(RoundDocument.self, from: Data(text.output.utf8))
  }

  /// Decides on all that needs a decision.
  func confirmAll(_ tenant: String) async throws {
    for row in try await round(tenant).rows {
      let name = row.activeDirectoryLogin.map { [$0] } ?? ["--user", row.userName ?? ""]
      _ = try await done(["reviews", "decide", tenant, "--confirmed"] + name)
    }
  }

  func done(_ words: [String]) async throws -> String {
    let answer = try await run(words)
    guard answer.code == 0 else {
      throw RoundFailed(description: "\(words) gave \(answer.code): \(answer.errors)")
    }
    return answer.output
  }
}

@Suite("Rounds of review, as a reviewer works through them", .timeLimit(.minutes(10)))
struct ReviewRoundTests {
  /// Five persons, of whom the first three are matched.
  private func installation(extra: String = "") async throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    try write(1...5, in: tenantctl)
    try tenantctl.addTenant("acme", ldif: Self.people(1...5), extra: extra)
    let users = (1...3).map { "user\($0),ACME\\user\($0)\n" }.joined() + "spare,\n"
    try tenantctl.folder.write("userName,windowsLogin\n\(users)", to: "users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
    try await tenantctl.done("sync", "acme")
    return tenantctl
  }

  private static func people(_ numbers: some Sequence<Int>) -> String {
    numbers.map { LDIF.person("user\($0)", number: $0) }.joined()
  }

  private func write(_ numbers: some Sequence<Int>, in tenantctl: RunTenantctl) throws {
    try tenantctl.folder.write(Self.people(numbers), to: "tenants/acme.ldif")
  }

  @Test("V1, V4: a first round asks for what is not matched; the next one for what is new only")
  func rounds() async throws {
    let tenantctl = try await installation()
    let opened = try await tenantctl.done("reviews", "open", "acme")
    #expect(opened.contains("review 1, opened by") && opened.contains("2 need a decision"))
    #expect(try await tenantctl("reviews", "open", "acme").code == 66)
    let first = try await tenantctl.round("acme")
    #expect(first.attention == ["user4": ["first-review"], "user5": ["first-review"]])
    let early = try await tenantctl("reviews", "sign", "acme", "--statement", "done")
    #expect(early.code == 66)
    #expect(early.errors.contains("2 rows need a decision"))
    #expect(early.errors.contains("--allow-undecided"))
    try await tenantctl.done(
      "reviews", "decide", "acme", "user4", "--exception", "--note", "a service")
    try await tenantctl.done("reviews", "decide", "acme", "ACME\\user5", "--confirmed")
    let signed = try await tenantctl.done("reviews", "sign", "acme", "--statement", "all seen")
    #expect(signed.contains("acme: review 1 is signed: 5 users, 0 vanished links, 0 undecided"))

    // The next day somebody is new, and somebody is gone.
    try write([2, 3, 4, 5, 6], in: tenantctl)
    try await tenantctl.done("sync", "acme", "--allow-large-change")
    try await tenantctl.done("reviews", "open", "acme")
    let second = try await tenantctl.round("acme")
    #expect(second.attention == ["user6": ["new"], "user1": ["new"]])
    #expect(second.row("user1")?.kind == "vanished-link")
    let whole = try await tenantctl.round("acme", "--all")
    #expect(whole.row("user4")?.decision?.note == "a service")
    #expect(whole.row("user4")?.undecided == false)
  }

  @Test("V1: an exception that ended, what was to fix, and what was left undecided ask again")
  func asksAgain() async throws {
    let tenantctl = try await installation()
    try await tenantctl.done("reviews", "open", "acme")
    try await tenantctl.done(
      "reviews", "decide", "acme", "user4", "--to-fix", "--note", "no user", "--for", "maria")
    #expect(
      try await tenantctl("reviews", "sign", "acme", "--statement", "x").code == 66)
    try await tenantctl.done(
      "reviews", "sign", "acme", "--statement", "in a hurry", "--allow-undecided")
    let first = try await tenantctl.round("acme", "1")
    #expect(first.review.state == "signed" && first.review.counts.undecided == 1)
    #expect(first.row("user5")?.undecided == true)
    try await tenantctl.done("reviews", "open", "acme")
    let second = try await tenantctl.round("acme")
    #expect(second.attention == ["user4": ["still-to-fix"], "user5": ["left-undecided"]])
    let words = try await tenantctl.done("reviews", "show", "acme")
    #expect(words.contains("still to fix for maria: no user"))
  }

  @Test("V2, V3: decisions survive syncs; a change asks again and is listed as a correction")
  func changes() async throws {
    let tenantctl = try await installation()
    try await tenantctl.done("reviews", "open", "acme")
    try await tenantctl.done("reviews", "decide", "acme", "user4", "user5", "--confirmed")
    try await tenantctl.done("sync", "acme")
    #expect(try await tenantctl.round("acme").rows.isEmpty)
    try await tenantctl.done("link", "acme", "user4", "spare", "--reason", "found him")
    let round = try await tenantctl.round("acme")
    #expect(round.attention == ["user4": ["changed-since-decision"]])
    let change = try #require(round.row("user4")?.attention.first?.changes.first)
    #expect(change.field == "status" && change.old == "Not Matched" && change.new == "Matched")
    #expect(round.corrections.map(\.kind) == ["linked"])
    #expect(round.corrections.map(\.userName) == ["spare"])
    let text = try await tenantctl.done("reviews", "show", "acme")
    #expect(text.contains("corrections: 1") && text.contains("found him"))
    try await tenantctl.done("reviews", "decide", "acme", "user4", "--confirmed")
    try await tenantctl.done("reviews", "sign", "acme", "--statement", "ok")
    // What is done afterwards belongs to the next round.
    try await tenantctl.done("unlink", "acme", "user1")
    #expect(try await tenantctl.round("acme", "1").corrections.map(\.kind) == ["linked"])
    try await tenantctl.done("reviews", "open", "acme")
    #expect(try await tenantctl.round("acme").attention == ["user1": ["changed"]])
  }

  @Test("V5: who decided may not sign if the tenant file asks for another")
  func otherSigner() async throws {
    let tenantctl = try await installation(extra: "reviews: { signer: other }")
    try await tenantctl.done("reviews", "open", "acme")
    try await tenantctl.done("reviews", "decide", "acme", "user4", "user5", "--confirmed")
    let answer = try await tenantctl("reviews", "sign", "acme", "--statement", "x")
    #expect(answer.code == 77)
    #expect(answer.errors.contains("asks for another signer"))
    #expect(try await tenantctl.round("acme").review.state == "open")
  }

  @Test("V6: each signature holds the digest of the one before, and is in the audit")
  func chain() async throws {
    let tenantctl = try await installation()
    for _ in 1...2 {
      try await tenantctl.done("reviews", "open", "acme")
      try await tenantctl.confirmAll("acme")
      try await tenantctl.done("reviews", "sign", "acme", "--statement", "seen")
    }
    let first = try await tenantctl.round("acme", "1").review
    let second = try await tenantctl.round("acme", "2").review
    #expect(first.previousDigest == nil && second.previousDigest == first.digest)
    let audit = try tenantctl.auditLines()
      .filter { $0.contains("review-signed") }
    #expect(audit.count == 2)
    for (line, review) in zip(audit, [first, second]) {
      let digest = try #require(review.digest)
      #expect(digest.count == 64 && line.contains(digest))
    }
  }

  @Test("an abandoned round leaves nothing that counts")
  func abandon() async throws {
    let tenantctl = try await installation()
    try await tenantctl.done("reviews", "open", "acme")
    try await tenantctl.done("reviews", "decide", "acme", "user4", "--confirmed")
    try await tenantctl.done("reviews", "abandon", "acme")
    #expect(try await tenantctl("reviews", "abandon", "acme").code == 66)
    #expect(try await tenantctl("reviews", "decide", "acme", "user4", "--confirmed").code == 66)
    try await tenantctl.done("reviews", "open", "acme")
    #expect(try await tenantctl.round("acme").attention.count == 2)
    let list = try await tenantctl.done("reviews", "list", "acme")
    #expect(list.contains("abandoned") && list.contains("open"))
  }

  @Test("all that is named is decided, or nothing is; a dry run writes nothing")
  func allOrNothing() async throws {
    let tenantctl = try await installation()
    try await tenantctl.done("reviews", "open", "acme")
    let wrong = try await tenantctl(
      "reviews", "decide", "acme", "user4", "nobody", "ghost", "--confirmed")
    #expect(wrong.code == 66)
    #expect(wrong.errors.contains("'nobody'") && wrong.errors.contains("'ghost'"))
    let dry = try await tenantctl.done(
      "reviews", "decide", "acme", "user4", "--confirmed", "--dry-run")
    #expect(dry == "would be done: ACME\\user4: confirmed\n")
    #expect(try await tenantctl.round("acme").attention.count == 2)
    try await tenantctl.done(
      "reviews", "decide", "acme", "--user", "spare", "--exception", "--note", "a robot")
    #expect(
      try await tenantctl.round("acme", "--all").rows.contains {
        $0.kind == "unclaimed-user" && $0.decision?.note == "a robot"
      })
  }
}
