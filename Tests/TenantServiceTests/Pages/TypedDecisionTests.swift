import TenantCore
import Testing

@testable import TenantService

@Suite("A decision as a form brings it")
struct TypedDecisionTests {
  private let moment = Timestamp(secondsSince1970: 1_795_352_441)

  private func decision(_ form: String) throws -> TypedDecision {
    try TypedDecision(FormFields(form), at: moment)
  }

  @Test("a last day counts for an exception only, a name for what is to be fixed")
  func otherFields() throws {
    let form = "note=n&until=2099-12-31&for=maria&decision="
    #expect(try decision(form + "confirmed").wish == .init(.confirmed, note: "n"))
    #expect(
      try decision(form + "exception").wish
        == .init(.exception, note: "n", until: Day("2099-12-31")))
    #expect(try decision(form + "to-fix").wish == .init(.toFix, note: "n", assignee: "maria"))
    for kind in ["confirmed", "exception", "to-fix"] {
      #expect(try decision(form + kind).problem == nil)
    }
  }

  @Test(
    "what is missing or wrong is a sentence",
    arguments: [
      ("decision=exception", "needs a note"), ("decision=to-fix&note=+", "needs a note"),
      ("decision=exception&note=n&until=tomorrow", "is no day"),
      ("decision=exception&note=n&until=2001-01-01", "is over"),
      ("decision=confirmed&note=" + String(repeating: "x", count: 5000), "4096 bytes"),
    ])
  func problems(form: String, words: String) throws {
    let problem = try #require(try decision(form).problem)
    #expect(problem.contains(words) && problem.hasSuffix("."), "\(problem)")
  }

  @Test("another word than the three is refused")
  func unknown() {
    #expect(throws: WebFailure.self) { try decision("decision=maybe") }
    #expect(throws: WebFailure.self) { try decision("note=n") }
  }
}
