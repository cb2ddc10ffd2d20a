import Administration
import PluginContract
import TenantConfig

/// The matchers of the tests: the built-in names and one of somebody else's.
let sampleMatchers = [
  MatcherDeclaration(name: "login", version: "1", summary: "Windows login"),
  MatcherDeclaration(
    name: "smtp", version: "1", summary: "mail",
    options: [OptionDeclaration("proxyAddresses", .boolean, default: .boolean(false), "aliases")]),
  MatcherDeclaration(name: "employee-id", version: "1", summary: "number"),
  MatcherDeclaration(name: "name", version: "1", summary: "first and last name"),
  MatcherDeclaration(
    name: "acme-badge", version: "1", summary: "badge",
    options: [
      OptionDeclaration("digits", .integer, default: .integer(6), "how many"),
      OptionDeclaration("prefix", .string, default: .string(""), "what stands before them"),
      OptionDeclaration(
        "attribute", .choice(["badge", "pager"]), default: .string("badge"), "where"),
    ]),
  MatcherDeclaration(name: "composite", version: "1", summary: "several", takesStrategies: true),
]

/// Reads a text as the file `acme.yaml` of a fresh folder.
func readTenant(_ text: String, checksSecretFiles: Bool = false) throws -> TenantFile {
  let folder = try TemporaryFolder()
  let path = try folder.write(text, to: "acme.yaml")
  return try TenantFileReader(matchers: sampleMatchers, checksSecretFiles: checksSecretFiles)
    .read(path: path)
}

/// The problems of a text that is refused, as `line:column: message`; empty if it is not.
func problems(of text: String) throws -> [String] { try problems(of: Array(text.utf8)) }

func problems(of bytes: [UInt8]) throws -> [String] {
  let folder = try TemporaryFolder()
  let path = try folder.write(bytes, to: "acme.yaml")
  do throws(TenantConfigError) {
    _ = try TenantFileReader(matchers: sampleMatchers).read(path: path)
    return []
  } catch {
    return error.description.split(separator: "\n").map {
      String($0.replacing(path + ":", with: ""))
    }
  }
}

/// A tenant file with these lines after `version` and `tenant`, which are lines 1 and 2.
func tenant(_ lines: String) -> String { "version: 1\ntenant: acme\n" + lines }

/// A live directory with these lines in it, from line 9 on.
func liveDirectory(_ lines: String, hosts: String = "hosts: [dc1.acme.example]") -> String {
  tenant(
    """
    directories:
      - domain: ACME
        source: ldap
        \(hosts)
        rootDN: DC=acme,DC=example
        bind: { method: gssapi }
    \(lines.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
    """)
}
