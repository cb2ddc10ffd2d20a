import TenantCore
import Testing

@Suite("Sentences of reasons")
struct ReasonTextTests {
  static let codes: [(String, RowState)] = [
    ("login-exact", .linked), ("upn-exact", .found), ("smtp-primary", .linkedStale),
    (ReasonCode.manual, .linked), (ReasonCode.noKeyValue, .unmatched),
    (ReasonCode.noCandidate, .unmatched), (ReasonCode.severalUsers, .ambiguous),
    (ReasonCode.severalDirectoryUsers, .contested), (ReasonCode.takenBy, .contested),
    (ReasonCode.onlyInactiveUser, .unmatched), ("domain-missing", .unmatched),
    ("rule:exclude.logins", .excluded), (ReasonCode.releasedBy, .released),
    (ReasonCode.missingGUID, .invalid), (ReasonCode.missingLogin, .invalid),
    (ReasonCode.undecodable, .invalid), (ReasonCode.recreatedAccount, .contested),
    (ReasonCode.matcherError, .failed), (ReasonCode.userMissing, .unmatched),
    ("near-miss:whitespace", .unmatched), ("near-miss:look-alike", .unmatched),
    ("near-miss:form", .unmatched), ("near-miss:domain", .unmatched),
    ("near-miss:number-format", .unmatched),
    ("near-miss:accent", .unmatched), ("near-miss:transposed-name", .unmatched),
    ("near-miss:local-part", .unmatched),
  ]

  @Test("every code of semantics.md 5 has a sentence of its own", arguments: codes)
  func sentence(code: String, state: RowState) {
    let reason = Reason(
      code: code, matcher: "smtp", attribute: "mail", value: "j@x", canonical: "j@x",
      candidates: ["jo"], detail: "ACME\\jo")
    let message = reason.message(for: state)
    #expect(message.count > 12)
    #expect(message != code)
    if state.status == .notMatched && !code.hasPrefix("rule:") {
      #expect(reason.nextStep(for: state) != nil)
    }
  }

  @Test("no two codes of one state read alike")
  func distinct() {
    let messages = Self.codes.map { code, state in
      Reason(code: code, attribute: "mail", value: "v", candidates: ["c"]).message(for: state)
    }
    #expect(Set(messages).count == messages.count)
  }

  @Test("an exclusion needs no next step; what was left out is named")
  func exclusion() {
    let reason = Reason(code: "rule:exclude.logins", value: "svc-backup")
    #expect(reason.message(for: .excluded).contains("exclude.logins: 'svc-backup'"))
    #expect(reason.nextStep(for: .excluded) == nil)
  }
}
