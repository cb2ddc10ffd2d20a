import TenantCore
import Testing

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

  @Test("below is within, and not the name itself")
  func below() throws {
    let unit = try #require(DistinguishedName("OU=Staff,DC=x"))
    let root = try #require(DistinguishedName("DC=X"))
    #expect(unit.isBelow(root) && !unit.isBelow(unit) && unit.isWithin(unit))
    #expect(unit.withoutDomain.under(root) == unit)
    #expect(unit.isAbsolute && !unit.withoutDomain.isAbsolute)
  }

  @Test(
    "the parent is what follows the first component, as it is written",
    arguments: [
      ("CN=a,OU=b,DC=x", "OU=b,DC=x"), ("CN=a\\,b,DC=x", "DC=x"), ("CN=a\\\\,DC=x", "DC=x"),
      ("CN=\"a,b\",DC=x", "DC=x"), ("CN=a;DC=x", "DC=x"), ("CN=a", nil), ("", nil),
    ] as [(String, String?)])
  func parent(name: String, parent: String?) {
    let found = DistinguishedName.parent(of: Array(name.utf8)[...])
    #expect(found.map { String(decoding: $0, as: UTF8.self) } == parent)
  }

  @Test(
    "what a person writes is RFC 4514 to the letter, and what is wrong has a place",
    arguments: [
      ("", 1, "a part is written as attribute=value"), ("Staff", 1, "a part is written as"),
      ("OU=a,", 6, "a part is written as"), ("OU=a,,OU=b", 6, "a part is written as"),
      ("=a", 1, "'=' has no attribute's name"), ("O U=a", 1, "'=' has no attribute's name"),
      ("OU=", 4, "the value is missing"), ("OU=ä,DC= ", 10, "the value is missing"),
      ("OU=ä<b", 5, "'<' needs a backslash"), ("OU=a;OU=b", 5, "';' needs a backslash"),
      ("OU=\"a,b\"", 4, "'\"' needs a backslash"), ("OU=a\\", 5, "a backslash stands before"),
      ("OU=a\\q", 5, "a backslash stands before"), ("OU=a\\4", 5, "a backslash stands before"),
      ("OU=#0", 4, "after '#' come pairs"), ("OU=#", 4, "after '#' come pairs"),
      ("OU=\\FF", 4, "the value is not UTF-8"),
    ])
  func strictly(text: String, character: Int, message: String) {
    let error = #expect(throws: DistinguishedNameError.self) {
      try DistinguishedName(strictly: text)
    }
    #expect(error?.character == character, "\(text): \(error as Any)")
    #expect(error?.message.hasPrefix(message) == true, "\(text): \(error as Any)")
  }

  @Test(
    "a name written to the letter is the same name as servers write it",
    arguments: [
      "OU=Staff,DC=acme", "ou = Staff + cn=b , dc=acme", "CN=Doe\\, Jane", "CN=Doe\\2C Jane",
      "CN=\\23x", "OU=#04024869", "2.5.4.11=x", "OU=a=b", "OU=a)(cn=*",
    ])
  func same(text: String) throws {
    #expect(try DistinguishedName(strictly: text) == DistinguishedName(text))
  }
}
