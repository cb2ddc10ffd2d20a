import Foundation
import Testing

/// A tenant file as an attacker would like it to be read: what is in it, and how it is refused.
struct TenantFileAttack: Sendable, CustomTestStringConvertible {
  /// What is tried.
  var what: String
  /// What follows a tenant file that is right.
  var extra = ""
  /// The file's permissions.
  var mode = 0o600
  /// Of the message: the place, and some of its words.
  var words: [String]

  var testDescription: String { what }

  /// A tenant file `evil` whose owner is its administrator.
  static let right = """
    version: 1
    tenant: evil
    access:
      roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
      assignments: [{ fileOwner: true, roles: [admin] }]

    """

  /// A directory that nobody asks, with more keys.
  private static func directory(_ keys: String) -> String {
    """
    directories:
      - domain: EVIL
        source: ldap
        hosts: [127.0.0.1]
        port: 1
        security: plaintext
        bind: { method: simple, user: u, password: { file: password } }
        rootDN: DC=evil,DC=example
        \(keys)

    """
  }

  /// Those in the text itself.
  static let all: [TenantFileAttack] = [
    .init(
      what: "more than 1 MiB", extra: String(repeating: "#", count: 1 << 20) + "\n",
      words: ["evil.yaml:1:1: the file is larger than 1 MiB"]),
    .init(
      what: "a hundred thousand levels",
      extra: "displayName: " + String(repeating: "[", count: 100_000),
      words: ["evil.yaml:6:77: nested more than 64 levels deep"]),
    .init(
      what: "an alias bomb",
      extra: "displayName: &a [x,x]\nusers: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nplugins: [*b,*b,*b,*b]\n",
      words: ["evil.yaml:6:14: anchors are not allowed"]),
    .init(
      what: "a key twice", extra: "tenant: evil\n",
      words: ["evil.yaml:6:1: duplicate key 'tenant', first at line 2"]),
    .init(
      what: "a tag", extra: "displayName: !!python/object/apply:os.system [id]\n",
      words: ["evil.yaml:6:14: tags are not allowed"]),
    .init(
      what: "a NUL byte", extra: "displayName: \"a\0b\"\n",
      words: ["evil.yaml:6:16: the file holds a NUL byte"]),
    .init(
      what: "a file that others may write", mode: 0o622,
      words: ["others may write this tenant file (mode 0622)", "chmod go-w"]),
    .init(
      what: "an OU with a line break (DN injection)",
      extra: directory("organizationalUnits: [\"OU=x\\nDC=y\"]"),
      words: ["evil.yaml:14:27: an entry of 'organizationalUnits' must be one line"]),
    .init(
      what: "an OU whose quotes end early (DN injection)",
      extra: directory("organizationalUnits: ['OU=\"a,DC=b']"),
      words: ["evil.yaml:14:27: an entry of 'organizationalUnits' must be a distinguished name"]),
    .init(
      what: "an OU that leads upwards", extra: directory("organizationalUnits: [\"..,OU=x\"]"),
      words: ["evil.yaml:14:27: an entry of 'organizationalUnits' must be a distinguished name"]),
    .init(
      what: "a filter that closes the one around it",
      extra: directory("filter: (a=b))(|(objectClass=*)"),
      words: ["evil.yaml:14:13: 'filter' has something after the filter's last ')'"]),
    .init(
      what: "an exclusion's filter that does",
      extra: directory("exclude: { filter: \"(x=y))(&(a=b)\" }"),
      words: ["evil.yaml:14:24: 'filter' has something after the filter's last ')'"]),
    .init(
      what: "a NUL in an exclusion's glob", extra: directory("exclude: { logins: [\"a\\0\"] }"),
      words: ["evil.yaml:14:25: the text holds a NUL character"]),
  ]
}
