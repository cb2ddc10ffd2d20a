import Foundation
import Harness
import Testing

/// `tenantctl access`, by the built program.
@Suite("Who may sign in, as an administrator says it", .timeLimit(.minutes(10)))
struct AccessCommandTests {
  private static let password = "correct horse battery"
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl()
    try tenantctl.addTenantFile("acme", Self.tenantFile())
  }

  private static func tenantFile(
    admin: String = "[Administer Tenant, Administer Active Directory Authentication]"
  ) -> String {
    """
    version: 1
    tenant: acme
    access:
      roles:
        admin: \(admin)
        part: [Administer Tenant]
      assignments:
        - { fileOwner: true, roles: [admin] }
        - { localUser: maria, roles: [admin] }
        - { localUser: eva, roles: [part] }
    """
  }

  /// Runs `access add` with a text on standard input.
  private func add(_ words: String, input: String = password + "\n") async throws
    -> RunTenantctl.Answer
  {
    try tenantctl.folder.write(input, to: "input")
    return try await tenantctl.shell(
      "\"$0\" access add acme \(words) < '\(tenantctl.folder.path("input"))'")
  }

  private func list() async throws -> [String: [[String: Any]]] {
    let text = try await tenantctl.done("access", "list", "acme", "--output", "json")
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(document).compactMapValues { $0 as? [[String: Any]] }
  }

  /// All that the state folder holds, in one text.
  private func state() throws -> String {
    try tenantctl.stateContents().values.map { String(decoding: $0, as: UTF8.self) }.joined()
  }

  @Test(
    "the password is a line of standard input, and no file holds it",
    .sqliteOnly("files of the state folder"))
  func add() async throws {
    let answer = try await add("maria")
    #expect(answer.code == 0)
    #expect(answer.errors == "")
    #expect(try state().contains("$argon2id$"))
    #expect(try !state().contains(Self.password))
    #expect(try tenantctl.folder.mode("state/access") == 0o700)
    #expect(try tenantctl.folder.mode("state/access/acme.json") == 0o600)
    #expect(try await add("maria").code == 66)
    #expect(try await add("maria --replace", input: "another password\r\n").code == 0)
  }

  @Test("a name that no assignment gives roles to is told")
  func unassigned() async throws {
    let answer = try await add("bob")
    #expect(answer.code == 0)
    #expect(answer.errors.contains("{ localUser: bob, roles: [admin] }"))
    #expect(try await add("carl --quiet").errors == "")
  }

  @Test(
    "a password that is missing, short, long or no text is a wrong use",
    arguments: ["", "\n", "only-eleven\n", String(repeating: "x", count: 1025), "twelve\0bytes\n"])
  func wrongPasswords(input: String) async throws {
    let answer = try await add("maria", input: input)
    #expect(answer.code == 64)
    #expect(answer.errors.contains("12 to 1,024 bytes"))
    #expect(!FileManager.default.fileExists(atPath: tenantctl.folder.path("state/access")))
  }

  @Test("a password of 1,024 bytes is one")
  func longest() async throws {
    #expect(try await add("maria", input: String(repeating: "x", count: 1024)).code == 0)
  }

  @Test("a name of the wrong form is a wrong use")
  func wrongNames() async throws {
    #expect(try await add("'a b'").code == 64)
    #expect(try await tenantctl("access", "token", "acme", "a/b").code == 64)
  }

  @Test("on a terminal the password is asked for twice, and not shown")
  func terminal() async throws {
    let answer = try await typing(["typed horse battery", "typed horse battery"])
    #expect(answer.code == 0)
    #expect(answer.output.contains("Password: "))
    #expect(!answer.output.contains("horse"))
    let other = try await typing(["typed horse battery", "tiped horse battery"])
    #expect(other.code == 64)
    #expect(other.output.contains("the two passwords differ"))
  }

  /// Types answers on a terminal, each when it is asked for.
  private func typing(_ answers: [String]) async throws -> RunTenantctl.Answer {
    let script = """
      import os, pty, sys
      process, terminal = pty.fork()
      if process == 0:
          os.execv(sys.argv[1], [sys.argv[1], "access", "add", "acme", "maria", "--replace"])
      shown = b""
      def read():
          global shown
          try:
              more = os.read(terminal, 1024)
          except OSError:
              more = b""
          shown += more
          return more
      for number, answer in enumerate(sys.argv[2:], 1):
          while shown.count(b": ") < number and read():
              pass
          os.write(terminal, answer.encode() + b"\\n")
      while read():
          pass
      print(shown.decode())
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
      """
    try tenantctl.folder.write(script, to: "typing.py")
    return try await tenantctl.start(
      [tenantctl.folder.path("typing.py"), RunTenantctl.program.path] + answers,
      program: URL(filePath: "/usr/bin/python3")
    ).answer()
  }

  @Test(
    "a token's secret is standard output and nothing else, and no file holds it",
    .sqliteOnly("files of the state folder"))
  func token() async throws {
    let answer = try await tenantctl("access", "token", "acme", "nightly")
    #expect(answer.code == 0)
    let secret = try #require(answer.output.wholeMatch(of: /(tct_[A-Za-z0-9_-]{43})\n/)).1
    #expect(!answer.errors.contains(secret))
    #expect(answer.errors.contains("the roles admin until "))
    #expect(try !state().contains(secret))
    #expect(try state().contains("nightly"))
    #expect(try await tenantctl("access", "token", "acme", "nightly").code == 66)
  }

  @Test("--role names roles of the tenant file, --expires 1h to 365d")
  func options() async throws {
    try await tenantctl.done(
      "access", "token", "acme", "a", "--role", "part", "--role", "admin", "--expires", "1h")
    let tokens = try #require(try await list()["tokens"])
    #expect(tokens.first?["roles"] as? [String] == ["part", "admin"])
    let format = ISO8601DateFormatter()
    let ends = try ["expiresAt", "createdAt"].map { key in
      let text = try #require(tokens.first?[key] as? String)
      return try #require(format.date(from: text))
    }
    #expect(ends[0].timeIntervalSince(ends[1]) == 3600)
    let unknown = try await tenantctl("access", "token", "acme", "b", "--role", "king")
    #expect(unknown.code == 64)
    #expect(unknown.errors.contains("admin, part"))
    for time in ["0h", "366d", "8761h", "90", "d", "-1d", "1.5d", "99999999999999999999d"] {
      let answer = try await tenantctl("access", "token", "acme", "b", "--expires=\(time)")
      #expect(answer.code == 64, "\(time)")
      #expect(answer.output == "")
    }
  }

  @Test("list shows who lacks a password, an assignment or a role")
  func warnings() async throws {
    _ = try await add("maria")
    _ = try await add("bob")
    try await tenantctl.done("access", "token", "acme", "nightly", "--role", "part")
    let users = try #require(try await list()["localUsers"])
    #expect(users.map { $0["name"] as? String } == ["bob", "eva", "maria"])
    let warnings = users.map { $0["warning"] as? String ?? "" }
    #expect(warnings[0].contains("no assignment"))
    #expect(warnings[1].contains("tenantctl access add acme eva"))
    #expect(warnings[2] == "")
    #expect(users[1]["passwordSetAt"] is NSNull)
    let text = try await tenantctl.done("access", "list", "acme")
    for word in ["maria", "bob", "eva", "nightly", "part", "no assignment"] {
      #expect(text.contains(word))
    }
    let file = Self.tenantFile().replacing("part", with: "other")
    try tenantctl.addTenantFile("acme", file)
    let token = try #require(try await list()["tokens"]?.first)
    #expect((token["warning"] as? String)?.contains("no longer has the role part") == true)
  }

  @Test("what is removed and revoked is gone, and what is not there is 66")
  func gone() async throws {
    _ = try await add("maria")
    try await tenantctl.done("access", "token", "acme", "nightly")
    try await tenantctl.done("access", "remove", "acme", "maria")
    try await tenantctl.done("access", "revoke", "acme", "nightly")
    #expect(try await tenantctl("access", "remove", "acme", "maria").code == 66)
    #expect(try await tenantctl("access", "revoke", "acme", "nightly").code == 66)
    #expect(try await list()["tokens"]?.isEmpty == true)
    let audit = try tenantctl.auditLines()
    let actions = ["access add", "access token", "access remove", "access revoke"]
    #expect(audit.count == 4)
    for (line, action) in zip(audit, actions) {
      #expect(line.contains("\"action\":\"\(action)\"") && line.contains("\"outcome\":\"done\""))
    }
    let history = try await tenantctl.done("history", "acme", "--output", "json")
    #expect(history.contains("\"refusals\":[]"))
  }

  @Test(
    "a file that others may read is refused with the chmod (A4)",
    .sqliteOnly("files of the state folder"))
  func readable() async throws {
    _ = try await add("maria")
    try tenantctl.setMode(0o644, of: "state/access/acme.json")
    let answer = try await tenantctl("access", "list", "acme")
    #expect(answer.code == 74)
    #expect(answer.errors.contains("chmod 600"))
  }

  @Test("a refusal comes before the password is asked for (A1, A2)")
  func refused() async throws {
    try tenantctl.addTenantFile("acme", Self.tenantFile(admin: "[Administer Tenant]"))
    let answer = try await add("maria", input: "")
    #expect(answer.code == 77)
    let written = (try? tenantctl.folder.entries("state")) ?? []
    #expect(written == (tenantctl.store == nil ? ["audit.log"] : []))
  }
}
