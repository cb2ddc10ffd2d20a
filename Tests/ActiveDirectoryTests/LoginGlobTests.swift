import Testing

@testable import ActiveDirectory

@Suite("Globs over logins (M13)")
struct LoginGlobTests {
  @Test(
    "a star is any run of characters, a question mark is one, case does not count",
    arguments: [
      ("svc-*", "SVC-backup", true), ("svc-*", "svc-", true), ("svc-*", "xsvc-a", false),
      ("*-adm", "jsmith-adm", true), ("*-adm", "jsmith-admin", false), ("*", "", true),
      ("room-1??", "room-101", true), ("room-1??", "room-1010", false), ("?", "ü", true),
      ("?", "", false), ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("", "a", false),
      ("M*LLER", "müller", true), ("a[b]", "ab", false), ("a[b]", "a[b]", true),
    ])
  func matches(pattern: String, login: String, isMatch: Bool) {
    #expect(LoginGlob(pattern).matches(canonical: Array(login.lowercased().utf8)) == isMatch)
  }

  @Test("no pattern takes exponential time")
  func hostile() {
    let glob = LoginGlob(String(repeating: "*a", count: 200) + "b")
    #expect(!glob.matches(canonical: [UInt8](repeating: UInt8(ascii: "a"), count: 4000)))
  }
}
