import Administration
import Foundation
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: sign-in and secrets")
struct BindSectionTests {
  private func file(password: String) -> String {
    tenant(
      """
      directories:
        - domain: ACME
          source: ldap
          hosts: [dc1.acme.example]
          rootDN: DC=acme,DC=example
          bind:
            method: simple
            user: svc
            password: \(password)
      """)
  }

  @Test(
    "A secret in the file is refused, and no message repeats it",
    arguments: [
      "s3cret-Pa55", "'s3cret-Pa55'", "[s3cret-Pa55]", "{ s3cret-Pa55: x }", "{ s3cret-Pa55 }",
      "{ plain: s3cret-Pa55 }", "{ file: [s3cret-Pa55] }", "{ env: s3cret-Pa55 }",
      "!!str s3cret-Pa55", "&s3cret-Pa55 x", "*s3cret-Pa55", "{ file: x, value:s3cret-Pa55 }",
      "\"s3cret-Pa55", "{ command: { s3cret-Pa55: 1 } }", "s3cret-Pa55: x",
    ])
  func plainSecret(value: String) throws {
    let found = try problems(of: file(password: value))
    #expect(!found.isEmpty)
    #expect(!found.contains { $0.contains("s3cret") }, "\(found)")
  }

  @Test("The refusal says what to write instead")
  func remedy() throws {
    #expect(
      try problems(of: file(password: "hunter2")) == [
        "11:17: 'password' must not hold the secret itself; write { file: PATH }, { env: NAME } or "
          + "{ command: [PROGRAM, ARGUMENT] }, and change the secret: it stood in this file"
      ])
  }

  @Test(
    "A password needs exactly one source, which is not empty",
    arguments: [
      ("{}", "11:17: 'password' needs one of 'file', 'env' or 'command'"),
      ("{ file: a, env: B }", "11:28: 'password' may have only one of 'file', 'env' or 'command'"),
      ("{ file: '' }", "11:25: 'file' must not be empty"),
      ("{ env: '' }", "11:24: 'env' must not be empty"),
      ("{ command: [] }", "11:28: 'command' must not be empty"),
      ("{ command: [''] }", "11:29: an entry of 'command' must not be empty"),
      ("{ env: A-B }", "11:24: 'env' must be the name of an environment variable"),
      ("{ env: 1A }", "11:24: 'env' must be the name of an environment variable"),
      ("", "11:16: 'password' has no value; it must be a mapping"),
    ])
  func sources(password: String, expected: String) throws {
    let found = try problems(of: file(password: password))
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(expected) == true, "\(found)")
  }

  @Test("A program by a relative path counts from the file; a bare name is left to the search path")
  func commands() throws {
    let folder = try TemporaryFolder()
    func command(_ words: String) throws -> SecretSource? {
      let path = try folder.write(file(password: "{ command: \(words) }"), to: "acme.yaml")
      let tenant = try TenantFileReader(matchers: sampleMatchers).read(path: path).tenant
      guard case .ldap(let settings)? = tenant.directories.first?.source,
        case .simple(_, let password) = settings.bind
      else { return nil }
      return password
    }
    #expect(try command("[bin/pass, acme]") == .command([folder.path + "/bin/pass", "acme"]))
    #expect(try command("[/bin/pass, a/b]") == .command(["/bin/pass", "a/b"]))
    #expect(try command("[pass, '-n']") == .command(["pass", "-n"]))
  }

  @Test("Keys of the other method do not apply, and those of this one are needed")
  func methods() throws {
    let text = tenant(
      """
      directories:
        - domain: A
          source: ldap
          hosts: [h]
          rootDN: DC=a
          bind: { method: simple, keytab: k }
        - domain: B
          source: ldap
          hosts: [h]
          rootDN: DC=a
          bind: { method: gssapi, user: u, password: { env: A } }
        - domain: C
          source: ldap
          hosts: [h]
          rootDN: DC=a
          bind: {}
      """)
    #expect(
      try problems(of: text) == [
        "8:11: 'bind' needs the key 'password'", "8:11: 'bind' needs the key 'user'",
        "8:29: 'keytab' does not apply to 'method: simple'; it is for method gssapi",
        "13:29: 'user' does not apply to 'method: gssapi'; it is for method simple",
        "13:38: 'password' does not apply to 'method: gssapi'; it is for method simple",
        "18:11: 'bind' needs the key 'method'",
      ])
  }

  @Test(
    "On request, a secret file that others may read is refused with the chmod that mends it (A4)",
    arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)])
  func secretModes(mode: Int, isAllowed: Bool) throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write("x\n", to: "secret", mode: mode)
    let path = try folder.write(file(password: "{ file: secret }"), to: "acme.yaml")
    let strict = TenantFileReader(matchers: sampleMatchers, checksSecretFiles: true)
    if isAllowed {
      _ = try strict.read(path: path)
    } else {
      let error = #expect(throws: TenantConfigError.self) { try strict.read(path: path) }
      #expect(error?.description.hasPrefix("\(path):11:25: 'file': others may read") == true)
      #expect(error?.description.hasSuffix("run: chmod 600 \(secret)") == true)
    }
    _ = try TenantFileReader(matchers: sampleMatchers).read(path: path)
  }

  @Test("On request, a secret file that is missing or no file is found")
  func missingSecrets() throws {
    let missing = #expect(throws: TenantConfigError.self) {
      try readTenant(file(password: "{ file: absent }"), checksSecretFiles: true)
    }
    #expect(missing?.description.contains("no such file or directory") == true)
    #expect(throws: TenantConfigError.self) {
      try readTenant(file(password: "{ file: / }"), checksSecretFiles: true)
    }
  }

  @Test(
    "On request, a password file that holds no password is named, whatever made it",
    arguments: [
      ([0xEF, 0xBB, 0xBF, 0x78], "begins with a byte order mark"),
      ([0xFF, 0xFE, 0x78, 0x00], "is in UTF-16"), ([0x78, 0x00], "holds a zero byte"),
      ([], "is empty"), ([0x0D, 0x0A], "is empty"), ([0x78, 0xFC], "is not in UTF-8"),
      ([UInt8](repeating: 0x78, count: 4096), "is longer than 4095 bytes"),
    ] as [([UInt8], String)])
  func spoiledPasswords(bytes: [UInt8], words: String) throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write("", to: "secret", mode: 0o600)
    try Data(bytes).write(to: URL(filePath: secret))
    try folder.setMode(0o600, of: secret)
    let path = try folder.write(file(password: "{ file: secret }"), to: "acme.yaml")
    let strict = TenantFileReader(matchers: sampleMatchers, checksSecretFiles: true)
    let error = #expect(throws: TenantConfigError.self) { try strict.read(path: path) }
    #expect(
      error?.description.hasPrefix("\(path):11:25: 'file': the password file '\(secret)' \(words)")
        == true, "\(String(describing: error))")
    _ = try TenantFileReader(matchers: sampleMatchers).read(path: path)
  }
}
