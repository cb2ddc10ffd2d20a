import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("SignIn: a login says where and for whom to look, and nothing else", .timeLimit(.minutes(5)))
struct SignInLoginTests {
  @Test(
    "A login is looked for in the directories that it may be of, and nowhere else",
    arguments: [
      ("jdoe", true), ("ACME\\jdoe", true), ("Acme.Example\\jdoe", true),
      ("PARTNER\\jdoe", false), ("ACM\\jdoe", false),
    ])
  func choosing(text: String, isSought: Bool) throws {
    let directory = Directory(
      domain: "ACME", dnsDomain: "acme.example", source: .ldif(path: "/acme.ldif"))
    let lookUps = try #require(LoginName(text)).lookUps(in: [directory])
    #expect(lookUps.map { $0.isSought(in: directory) } == [isSought])
  }

  @Test(
    "Persons are looked for by sAMAccountName, or by userPrincipalName first where there is an @")
  func filters() throws {
    let directory = Directory(
      domain: "ACME", dnsDomain: "acme.example", source: .ldif(path: "/acme.ldif"))
    func filters(_ text: String) throws -> [String] {
      try #require(LoginName(text)).lookUps(in: [directory]).map(\.filter)
    }
    let person = SearchFilter.person
    #expect(try filters("jdoe") == ["(&\(person)(sAMAccountName=jdoe))"])
    #expect(try filters("ACME\\jdoe") == ["(&\(person)(sAMAccountName=jdoe))"])
    #expect(
      try filters("j@acme.example") == [
        "(&\(person)(userPrincipalName=j@acme.example))", "(&\(person)(sAMAccountName=j))",
        "(&\(person)(sAMAccountName=j@acme.example))",
      ])
  }

  @Test(
    "What is typed stays a value: no operator, no end of the text",
    arguments: [
      ("*", "\\2a"), ("*)(objectClass=*", "\\2a\\29\\28objectClass=\\2a"),
      ("a\\2a", "a\\5c2a"), ("a\0b", "a\\00b"), ("jö", "j\\c3\\b6"), (" a ", "\\20a\\20"),
      ("a|b&c!d~e<f>g", "a\\7cb\\26c\\21d\\7ee\\3cf\\3eg"),
    ])
  func escaping(text: String, value: String) {
    #expect(SearchFilter.escaped(text) == value)
  }

  @Test("A name that nobody bears is another each time")
  func random() {
    let names = (0..<100).map { _ in RandomName.entry(under: "DC=acme,DC=example") }
    #expect(Set(names).count == 100)
    #expect(names.allSatisfy { DistinguishedName.isWithin($0, "DC=acme,DC=example") })
  }

  @Test("A security identifier has a revision, a count, and as many numbers")
  func identifiers() {
    let own = SignInDirectory.identifier(1104)
    #expect(SecurityIdentifier(bytes: own)?.isOfOneDomain == true)
    #expect(SecurityIdentifier(bytes: SignInDirectory.administrators)?.isOfOneDomain == false)
    let wrong: [[UInt8]] = [
      [], [1, 5], own.dropLast(), own + [0], [2] + own.dropFirst(), [1, 16] + own,
    ]
    for wrong in wrong {
      #expect(SecurityIdentifier(bytes: wrong) == nil)
    }
  }
}
