import Administration
import TenantCore
import Testing

@Suite("Directories as answers")
struct DirectoryAnswerTests {
  private func text(_ bind: LDAPSettings.Bind) throws -> String {
    let settings = LDAPSettings(
      hosts: .listed(["dc1"]), bind: bind, rootDN: "DC=x", organizationalUnits: ["OU=a"])
    return try AnswerEncoder.text(
      DirectoryAnswer(Directory(domain: "X", source: .ldap(settings))))
  }

  @Test(
    "of a secret only the kind of its source is told",
    arguments: [
      (SecretSource.file(path: "/secret/place"), "file"),
      (.environment(name: "SECRET_PLACE"), "environment"),
      (.command(["/secret/place", "secret"]), "command"),
    ])
  func secrets(source: SecretSource, kind: String) throws {
    let text = try text(.simple(user: "svc", password: source))
    #expect(text.contains(#""password":"\#(kind)""#) && text.contains(#""user":"svc""#))
    #expect(!text.lowercased().contains("secret"))
    let kerberos = try self.text(.gssapi(keytab: "/secret/place", principal: "svc@X"))
    #expect(kerberos.contains(#""password":"keytab""#) && !kerberos.contains("secret"))
  }
}
