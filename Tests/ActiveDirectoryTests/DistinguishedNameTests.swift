import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("Distinguished names (RFC 4514)")
struct DistinguishedNameTests {
  @Test(
    "names that differ only in writing are equal",
    arguments: [
      ("CN=Jane Doe,OU=Staff,DC=acme", "cn=JANE DOE , ou = staff ,dc=ACME"),
      ("CN=Doe\\, Jane,DC=x", "CN=Doe\\2C Jane,DC=x"),
      ("CN=Doe\\, Jane,DC=x", "CN=\"Doe, Jane\",DC=x"),
      ("CN=M\\C3\\BCller,DC=x", "CN=müller,DC=x"), ("CN=a+UID=b,DC=x", "UID=B + CN=A,DC=x"),
      ("CN=a,DC=x", "CN=a;DC=x"), ("CN=u\u{308},DC=x", "CN=ü,DC=x"),
    ])
  func equal(first: String, second: String) {
    let name = DistinguishedName(first)
    #expect(name != nil)
    #expect(name == DistinguishedName(second))
  }

  @Test(
    "what is no name is none",
    arguments: ["nonsense", "CN=a,b,DC=x", "=a", "CN=a\\", "CN=a\\4", "CN=\"a", "CN=a,", ",CN=a"])
  func malformed(text: String) { #expect(DistinguishedName(text) == nil) }

  @Test("a conflict's name with a line break in it is a name")
  func conflict() throws {
    let name = try #require(DistinguishedName("CN=Jane\\0ACNF:9a3b,OU=Staff,DC=x"))
    #expect(name.components.count == 3)
    #expect(name.isWithin(try #require(DistinguishedName("OU=Staff,DC=x"))))
  }

  @Test("within means below by whole components")
  func within() {
    #expect(DistinguishedName.isWithin("CN=a,OU=Staff,DC=x", "ou=staff,dc=X"))
    #expect(DistinguishedName.isWithin("OU=Staff,DC=x", "OU=Staff,DC=x"))
    #expect(!DistinguishedName.isWithin("CN=a,OU=NoStaff,DC=x", "OU=Staff,DC=x"))
    #expect(!DistinguishedName.isWithin("CN=a\\,OU=Staff,DC=x", "OU=Staff,DC=x"))
    #expect(!DistinguishedName.isWithin("broken", "DC=x"))
  }
}

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
