import TenantCore
import Testing

@Suite("A login means the same wherever it is typed")
struct LoginNameTests {
  private static let directories = [
    Directory(domain: "ACME", dnsDomain: "acme.example", source: .ldif(path: "/a.ldif")),
    Directory(domain: "PARTNER", dnsDomain: "partner.example", source: .ldif(path: "/p.ldif")),
    Directory(domain: "OLD", source: .ldif(path: "/o.ldif")),
  ]

  @Test(
    "a login is taken apart at its first backslash, else at its last @; blanks around are nothing",
    arguments: [
      ("jdoe", "jdoe", .none), (" jdoe\u{A0}", "jdoe", .none),
      ("ACME\\jdoe", "jdoe", .domain("ACME")), ("ACME \\ jdoe ", "jdoe", .domain("ACME")),
      ("acme.example\\jdoe", "jdoe", .domain("acme.example")),
      ("A\\b\\c", "b\\c", .domain("A")), ("ACME\\jdoe@x", "jdoe@x", .domain("ACME")),
      ("jdoe@acme.example", "jdoe", .suffix("acme.example")),
      ("j@doe@acme.example", "j@doe", .suffix("acme.example")),
    ] as [(String, String, LoginName.Qualifier)])
  func parts(text: String, login: String, qualifier: LoginName.Qualifier) throws {
    let name = try #require(LoginName(text))
    #expect(name.login == login)
    #expect(name.qualifier == qualifier)
  }

  @Test(
    "what nobody can be called is no login",
    arguments: ["", " ", "ACME\\", "\\jdoe", "\\", "@", "jdoe@", "@acme.example", "a\0", "a\nb"])
  func nobody(text: String) {
    #expect(LoginName(text) == nil)
  }

  @Test(
    "either name of a directory, in any case, narrows; a principal's name is looked for as such first",
    arguments: [
      ("jdoe", [.login("jdoe", domains: nil)]),
      ("acme\\jdoe", [.login("jdoe", domains: ["acme"])]),
      ("ACME.Example\\jdoe", [.login("jdoe", domains: ["acme"])]),
      ("gone.example\\jdoe", [.login("jdoe", domains: ["gone.example"])]),
      (
        "jdoe@PARTNER.example",
        [
          .principalName("jdoe@PARTNER.example"), .login("jdoe", domains: ["partner"]),
          .login("jdoe@PARTNER.example", domains: nil),
        ]
      ),
      (
        "j.doe@mail.example",
        [.principalName("j.doe@mail.example"), .login("j.doe@mail.example", domains: nil)]
      ),
    ] as [(String, [LoginName.LookUp])])
  func lookUps(text: String, lookUps: [LoginName.LookUp]) throws {
    #expect(try #require(LoginName(text)).lookUps(in: Self.directories) == lookUps)
  }

  @Test(
    "without asking a directory it may be of every domain that it is not typed against",
    arguments: [
      ("jdoe", ["acme", "old", "partner"]), ("ACME\\jdoe", ["acme"]),
      ("partner.example\\jdoe", ["partner"]), ("jdoe@acme.example", ["acme"]),
      ("j.doe@mail.example", ["acme", "old", "partner"]), ("X\\jdoe", ["x"]),
    ])
  func possible(text: String, domains: [String]) throws {
    #expect(
      try #require(LoginName(text)).possibleDomains(in: Self.directories).sorted() == domains)
  }

  @Test("M5: a look-up matches in any case, and no other domain")
  func fits() throws {
    let typed = try #require(LoginName("acme.example\\STRASSE")).lookUps(in: Self.directories)
    #expect(typed.map { $0.fits(domain: "Acme", login: "straße") } == [true])
    #expect(typed.map { $0.fits(domain: "PARTNER", login: "straße") } == [false])
    #expect(!LoginName.LookUp.principalName("a@b").fits(domain: "ACME", login: "a@b"))
  }
}
