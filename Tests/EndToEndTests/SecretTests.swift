import Foundation
import Harness
import Testing

@Suite("No secret is where others read it (reliability.md, 4)", .timeLimit(.minutes(10)))
struct SecretTests {
  private let tenantctl: RunTenantctl
  /// Each source's own, so that what is found says where it came from.
  private static let bindPasswords = [
    "file": "Bind-of-file-91d7", "env": "Bind-of-env-52c8", "command": "Bind-of-command-b30e",
  ]
  private static let password = "sign-in of maria, 6f2d"

  init() throws { tenantctl = try RunTenantctl() }

  @Test(
    "bind passwords, a session and a token: not in logs, output, arguments, environments, files, cores"
  )
  func nowhere() async throws {
    let fault = Fault(.secret, "everything that is written or shown is searched for five secrets")
    let directories = try await makeTenants()
    defer { withExtendedLifetime(directories) {} }
    let environment = ["BIND_PASSWORD": Self.bindPasswords["env"] ?? ""]
    let sampled = ProcessSamples()
    for name in Self.bindPasswords.keys.sorted() {
      let run = try tenantctl.start(
        ["sync", name, "--log-level", "trace"], environment: environment)
      let answer = try await sampled.during(run)
      try #require(answer.code == 0, "\(answer)")
      try await tenantctl.done(
        "export", name, "--format", "json", "--output", tenantctl.folder.path("\(name).json"))
    }
    let service = try tenantctl.start(
      [
        "--address", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--log-level", "trace",
      ], program: RunTenantd.program, environment: environment)
    let secrets = try await useService(service, sampled)
    // It ends as by a crash. Swift's runtime handles SIGABRT and SIGSEGV, and survives one from outside.
    kill(service.id, SIGXCPU)
    #expect(try await sampled.during(service).code == -SIGXCPU)
    for (what, secret) in secrets {
      let found = try files(holding: secret)
      #expect(found == [], "\(what)")
      #expect(sampled.arguments(holding: secret) == [], "\(what)")
      #expect(sampled.environments(holding: secret) == [], "\(what)")
    }
    fault.survived("found nowhere; no core file")
  }

  /// Lets somebody sign in, and a script come with a token.
  ///
  /// - Returns: the secrets, with what they are.
  private func useService(
    _ service: RunTenantctl.Started, _ sampled: ProcessSamples
  ) async throws -> [String: String] {
    let token = try await tenantctl.done("access", "token", "file", "script")
    let secret = String(try #require(token.split(separator: "\n").first))
    let port = try await wait("the port of the pages") {
      try service.log().firstMatch(of: /the pages are served port=([0-9]+)/).flatMap { Int($0.1) }
    }
    let limits = try String(contentsOfFile: "/proc/\(service.id)/limits", encoding: .utf8)
    #expect(limits.contains(#/Max core file size +[01] +[01] /#))
    let visitor = PageVisitor(tenantctl, "http://127.0.0.1:\(port)")
    let answer = try await visitor.signIn("file", "maria", Self.password)
    try #require(answer.status == 303)
    let words = answer.all("set-cookie").compactMap { cookie in
      cookie.firstMatch(of: /tenantd-session-file=([^;]+)/).map { String($0.1) }
    }
    let session = try #require(words.first)
    _ = try await visitor.signIn("file", "maria", "\(Self.password) wrong")
    for path in ["/tenants/file/active-directory-sync", "/tenants/file/history/refusals"] {
      #expect(try await visitor.get(path).status == 200)
    }
    let review = try await visitor.get(
      "/api/v1/tenants/file/review", options: ["--header", "Authorization: Bearer \(secret)"])
    #expect(review.status == 200)
    try await wait("runs of all") {
      let log = try service.log()
      return Self.bindPasswords.keys.allSatisfy { log.contains("tenant=\($0)") } ? true : nil
    }
    sampled.take(service.id)
    try removeAnswers(token: secret)
    var secrets = ["session": session, "token": secret, "password": Self.password]
    for (source, password) in Self.bindPasswords {
      secrets["bind password by \(source)"] = password
    }
    return secrets
  }

  /// Removes what was given to whom a secret belongs: the visitor's answers with the cookies, and the
  /// standard output of `access token`.
  private func removeAnswers(token: String) throws {
    for name in try tenantctl.folder.entries("answers") {
      let path = tenantctl.folder.path("answers/\(name)")
      let text = FileManager.default.contents(atPath: path) ?? Data()
      if ["HTTP/1.1", token].contains(where: { text.starts(with: Data($0.utf8)) }) {
        try FileManager.default.removeItem(atPath: path)
      }
    }
  }

  /// The files of the installation that hold a text, but those in which an administrator put it.
  private func files(holding text: String) throws -> [String] {
    let own: Set = ["tenants/password", "tenants/command"]
    return try FileManager.default.subpathsOfDirectory(atPath: tenantctl.folder.path(""))
      .filter { !own.contains($0) }
      .filter { name in
        let content = FileManager.default.contents(atPath: tenantctl.folder.path(name))
        return content?.range(of: Data(text.utf8)) != nil
      }
  }

  // MARK: - Tenants

  /// A tenant for each source of a bind password, with a directory of its own.
  private func makeTenants() async throws -> [LDAPScriptedServer] {
    try tenantctl.folder.write(Self.bindPasswords["file"] ?? "", to: "tenants/password")
    try tenantctl.folder.write(
      "#!/bin/sh\necho \(Self.bindPasswords["command"] ?? "")\n", to: "tenants/command")
    try tenantctl.setMode(0o700, of: "tenants/command")
    let sources = [
      "file": "{ file: password }", "env": "{ env: BIND_PASSWORD }",
      "command": "{ command: [\(tenantctl.folder.path("tenants/command"))] }",
    ]
    var servers: [LDAPScriptedServer] = []
    for (name, source) in sources {
      let server = try LDAPScriptedServer(FaultDirectory.well)
      servers.append(server)
      try tenantctl.addTenantFile(name, Self.tenantFile(name, port: server.port, source))
      try await addMaria(name)
    }
    return servers
  }

  private func addMaria(_ tenant: String) async throws {
    try tenantctl.folder.write(Self.password + "\n", to: "typed")
    let answer = try await tenantctl.shell(
      "exec \"$0\" access add \(tenant) maria < \(tenantctl.folder.path("typed"))")
    try FileManager.default.removeItem(atPath: tenantctl.folder.path("typed"))
    try #require(answer.code == 0, "\(answer)")
  }

  private static func tenantFile(_ name: String, port: Int, _ source: String) -> String {
    """
    version: 1
    tenant: \(name)
    directories:
      - domain: \(name.uppercased())
        source: ldap
        hosts: [127.0.0.1]
        port: \(port)
        security: plaintext
        bind: { method: simple, user: reader, password: \(source) }
        rootDN: DC=acme,DC=example
    synchronization: { interval: 1s }
    access:
      roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
      assignments:
        - { fileOwner: true, roles: [admin] }
        - { localUser: maria, roles: [admin] }
    """
  }
}
