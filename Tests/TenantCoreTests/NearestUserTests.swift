import TenantCore
import Testing

@Suite("The nearest user, read from a reason (semantics.md 5)")
struct NearestUserTests {
  private func nearest(_ detail: NearestUser.Detail) -> NearestUser? {
    NearestUser(
      Reason(
        code: "near-miss:look-alike", attribute: "mail", value: "a", candidates: ["u"],
        detail: detail.text))
  }

  @Test(
    "both values and the characters come back as they were",
    arguments: [
      "plain", "", "o'brien", "'", "''", "a', with b", "', with ", " '", "x '", "\u{301}mark", "a'",
      "’ (U+2019) for ' (U+0027)",
    ],
    [nil, "’ (U+2019) for ' (U+0027)", "U+200B, U+00A0", "U+00AD in the directory"])
  func roundTrip(value: String, characters: String?) throws {
    // Of a value that holds the words between the two, only the last ones are the border.
    let detail = NearestUser.Detail(
      field: "firstName+lastName", value: value, characters: characters)
    let found = try #require(nearest(detail))
    #expect(found.field == "firstName+lastName")
    #expect(found.userValue == value)
    #expect(found.characters == characters)
    #expect(found.directoryValue == "a" && found.attribute == "mail" && found.userName == "u")
  }

  @Test(
    "what is no near miss, or was written by something older, is none",
    arguments: [
      Reason(code: "no-candidate", candidates: ["u"], detail: "email 'x'"),
      Reason(code: "near-miss:accent", candidates: [], detail: "email 'x'"),
      Reason(code: "near-miss:accent", candidates: ["u"]),
      Reason(code: "near-miss:accent", candidates: ["u"], detail: ""),
      Reason(code: "near-miss:accent", candidates: ["u"], detail: "email '"),
      Reason(code: "near-miss:accent", candidates: ["u"], detail: "email 'x, with y"),
      Reason(code: "near-miss:new-kind", candidates: ["u"], detail: "email 'x'"),
    ])
  func none(reason: Reason) { #expect(NearestUser(reason) == nil) }
}
