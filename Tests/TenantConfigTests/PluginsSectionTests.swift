import Administration
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: plugins")
struct PluginsSectionTests {
  static let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  static let digits = String(repeating: "1", count: 64)

  @Test("A hash is kept in lower case, whatever its case, quotes and letters")
  func hashes() throws {
    let file = try readTenant(
      tenant(
        """
        plugins:
          lower: { sha256: \(Self.hash) }
          upper: { sha256: "\(Self.hash.uppercased())" }
          all-digits: { sha256: \(Self.digits) }
        """))
    #expect(
      file.tenant.pluginHashes
        == ["lower": Self.hash, "upper": Self.hash, "all-digits": Self.digits])
  }

  @Test("A mapping without entries pins nothing")
  func empty() throws {
    #expect(try readTenant(tenant("plugins: {}")).tenant.pluginHashes == [:])
  }

  @Test(
    "What is no hash is refused at its place, with the way to get it",
    arguments: [
      String(hash.dropLast()), hash + "0", "g" + hash.dropFirst(), "'\(hash) '", "12", "true",
      "~", "[]", "{ file: x }", String(repeating: "é", count: 32),
      String(repeating: "\u{FF11}", count: 64),
    ])
  func wrongHash(value: String) throws {
    let found = try problems(of: tenant("plugins:\n  mail-name: { sha256: \(value) }"))
    #expect(
      found == [
        "4:24: 'sha256' must be 64 hexadecimal digits; the plugin's manifest has it"
      ])
  }

  @Test(
    "A name that no plugin can have is refused at the key",
    arguments: [
      ("Mail", "'Mail'"), ("mail_name", "'mail_name'"), ("mail.name", "'mail.name'"),
      ("../x", "an entry of 'plugins'"), ("ä", "an entry of 'plugins'"),
      ("''", "an entry of 'plugins'"),
      (String(repeating: "a", count: 64), "an entry of 'plugins'"),
    ])
  func wrongName(key: String, name: String) throws {
    let found = try problems(of: tenant("plugins:\n  \(key): { sha256: \(Self.hash) }"))
    #expect(
      found == [
        "4:3: \(name) cannot be a plugin's name: it must be 1 to 63 lower case letters, "
          + "digits and hyphens"
      ])
  }

  @Test("A pin without a hash, with an unknown key or of another type is refused")
  func shape() throws {
    let text = """
      plugins:
        a: {}
        B: { sha265: \(Self.hash) }
        c: \(Self.hash)
      """
    #expect(
      try problems(of: tenant(text)) == [
        "4:6: 'a' needs the key 'sha256'; the plugin's manifest has it",
        "5:3: 'B' cannot be a plugin's name: it must be 1 to 63 lower case letters, "
          + "digits and hyphens",
        "5:6: 'B' needs the key 'sha256'; the plugin's manifest has it",
        "5:8: unknown key 'sha265' in 'B'; did you mean 'sha256'? known: sha256",
        "6:6: 'c' must be a mapping, not text",
      ])
    #expect(
      try problems(of: tenant("plugins: [a]")) == ["3:10: 'plugins' must be a mapping, not a list"])
  }
}
