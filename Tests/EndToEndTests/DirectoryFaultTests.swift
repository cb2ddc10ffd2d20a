import Foundation
import Glibc
import Harness
import Testing

@Suite(
  "A directory that misbehaves: nothing lost, nothing told, and it ends", .timeLimit(.minutes(10)))
struct DirectoryFaultTests {
  @Test(
    "T2, T4: the right exit code and words, and the store as it was or as it ought to be",
    .serialized, arguments: DirectoryFault.runs)
  func fault(_ fault: DirectoryFault, over transport: DirectoryFault.Transport) async throws {
    let note = Fault(.directory, "\(fault.name) (\(transport.rawValue))")
    let site = try await FaultySite(transport, fault)
    let before = try await site.state()
    let silent = fault.hasSilentHost ? try site.silentHost() : nil
    try site.play(fault)
    let answer = try await site.tenantctl("sync", "acme")
    withExtendedLifetime(silent) {}
    try #require(answer.code == fault.code, "\(answer)")
    for words in fault.words { try #require(answer.errors.contains(words), "\(answer)") }
    let after = try await site.state()
    try #require(after.outcomes == before.outcomes + [Self.outcome(of: fault.code)])
    switch fault.after {
    case .unchanged:
      try #require(after.rows == before.rows)
      try #require(after.changes == before.changes)
    case .complete(let others):
      try #require(after.rows == site.linked(and: others))
      try #require(after.findings == fault.findings)
      try #require(after.changes.starts(with: before.changes))
    }
    if fault.version == "TLSv1" || fault.version == "TLSv1_1" {
      try #require(site.server.bound == [])
    }
    try #require(try !site.tells(answer))
    try site.play(nil)
    try await site.tenantctl.done("sync", "acme")
    let healed = try await site.rows()
    try #require(healed == site.linked())
    note.survived(
      "exit \(fault.code)\(fault.words.first.map { ": '… \($0) …'" } ?? ""); "
        + (fault.after == .unchanged ? "the rows of before stand" : "all users as they are"))
  }

  private static func outcome(of code: Int32) -> String {
    switch code {
    case 0: "complete"
    case 65: "refused"
    case 75: "incomplete"
    default: "failed"
    }
  }

  @Test("One tenant's wait costs no other tenant its turn")
  func oneTenantWaits() async throws {
    let note = Fault(.directory, "one tenant of four hangs, two at a time")
    let site = try await FaultySite(.plaintext)
    let others = ["b", "c", "d"]
    for name in others { try site.tenantctl.addTenant(name, ldif: LDIF.person("bob", number: 1)) }
    try site.play(
      DirectoryFault(
        name: "silent", settings: ["timeout": "600s"], play: .silent, code: 130))
    let running = try site.tenantctl.start(["sync", "--all", "--jobs", "2"])
    for name in others {
      try await wait("a run of \(name)") {
        try await site.tenantctl("review", name).code == 0 ? true : nil
      }
    }
    kill(running.id, SIGINT)
    #expect(try await running.answer().code == 130)
    note.survived("the other three are read meanwhile")
  }
}

@Suite("A machine that gives no more threads", .timeLimit(.minutes(5)))
struct NoThreadTests {
  @Test(
    "The programs say so and end with 70, instead of waiting for ever",
    arguments: ["tenantctl", "tenantd"])
  func noThreads(program: String) async throws {
    let fault = Fault(.machine, "\(program): no thread is given")
    let installation = try RunTenantctl()
    // A thread's stack is larger than the address space, so that none can be made.
    let answer = try await installation.shell(
      "ulimit -Ss 1073741824 && ulimit -Sv 536870912 && exec \"${0%/*}/\(program)\" --version")
    try #require(answer.code == 70, "\(answer)")
    try #require(answer.errors.hasPrefix("\(program): this user may start no more threads "))
    try #require(answer.output == "")
    fault.survived("exit 70: 'this user may start no more threads …'")
  }
}

/// A tenant whose directory is a scripted server, read well once.
private final class FaultySite: Sendable {
  static let password = "s3cret-Paßwort-of-the-reader"
  static let certificate = Result { try TestCertificate() }

  let tenantctl: RunTenantctl
  let server: LDAPScriptedServer
  private let transport: DirectoryFault.Transport
  private let front: TLSFront?
  /// Speaks TLS as only the fault wants it.
  private let faultyFront: TLSFront?

  init(_ transport: DirectoryFault.Transport, _ fault: DirectoryFault? = nil) async throws {
    self.transport = transport
    let server = try LDAPScriptedServer(FaultDirectory.well)
    self.server = server
    func front(_ version: String? = nil) throws -> TLSFront {
      try TLSFront(
        to: server.port, transport == .starttls ? .afterStartTLS : .atOnce,
        certificate: Self.certificate.get(), version: version)
    }
    self.front = transport == .plaintext ? nil : try front()
    faultyFront =
      fault?.version != nil || fault?.settings["port"] == "tls" ? try front(fault?.version) : nil
    tenantctl = try RunTenantctl()
    try tenantctl.folder.write(Self.password + "\n", to: "tenants/password")
    try play(nil)
    let users = FaultDirectory.users.map(FaultDirectory.login)
    try tenantctl.folder.write(
      "userName,windowsLogin\n" + users.map { "\($0),ACME\\\($0)\n" }.joined(), to: "users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
    try await tenantctl.done("sync", "acme")
  }

  /// Plays a fault, or none, and writes the tenant file that goes with it.
  func play(_ fault: DirectoryFault?) throws {
    server.play(fault?.play ?? FaultDirectory.well)
    var settings = [
      "hosts": "[127.0.0.1]", "security": transport.rawValue, "rootDN": "DC=acme,DC=example",
      "bind": "{ method: simple, user: reader, password: { file: password } }", "pageSize": "5",
      "timeout": "120s",
    ]
    if transport != .plaintext { settings["caCertificate"] = try Self.certificate.get().path }
    settings.merge(fault?.settings ?? [:]) { $1 }
    settings["port"] = "\(port(fault))"
    let lines = settings.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)\n" }
    try tenantctl.addTenantFile(
      "acme",
      """
      version: 1
      tenant: acme
      directories:
        - domain: ACME
          source: ldap
      \(lines.joined())
      matching:
        matcher: composite
        strategies:
          - matcher: login
          - { matcher: smtp, options: { proxyAddresses: true } }
      access:
        roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
        assignments: [{ fileOwner: true, roles: [admin] }]

      """)
  }

  private func port(_ fault: DirectoryFault?) -> Int {
    if fault?.settings["port"] == "plain" { return server.port }
    let special = fault == nil ? nil : faultyFront
    return (special ?? front)?.port ?? server.port
  }

  /// A second host, at the same port, that takes connections and never answers.
  func silentHost() throws -> LDAPScriptedServer {
    try LDAPScriptedServer(.silent, on: "127.0.0.8", port: front?.port ?? server.port)
  }

  /// All users as a complete run leaves them.
  func linked(and others: [String: String] = [:]) -> [String: String] {
    FaultDirectory.users.reduce(into: others) { rows, number in
      let login = FaultDirectory.login(number)
      rows[login] = "linked \(login)"
    }
  }

  /// What a later command shows of a tenant.
  struct State {
    var rows: [String: String]
    var findings: [String]
    /// How each run ended, the first one first.
    var outcomes: [String]
    /// What was changed, the first change first.
    var changes: [History.Change]
  }

  struct History: Decodable {
    struct Run: Decodable {
      var run: Int
      var outcome: String
    }
    struct Change: Decodable, Equatable {
      var kind: String
      var run: Int?
      var at: String
      var userName: String
    }
    var runs: [Run]
    var changes: [Change]
  }

  func state() async throws -> State {
    let review = try await tenantctl.review("acme")
    let text = try await tenantctl.done("history", "acme", "--output", "json")
    let history = try JSONDecoder().decode(History.self, from: Data(text.utf8))
    return State(
      rows: Self.rows(review),
      findings: review.findings.map(\.code).sorted(),
      outcomes: history.runs.sorted { $0.run < $1.run }.map(\.outcome),
      changes: history.changes.sorted { ($0.at, $0.userName) < ($1.at, $1.userName) })
  }

  /// What `review` shows.
  func rows() async throws -> [String: String] { Self.rows(try await tenantctl.review("acme")) }

  /// The states and users of rows by login; `found` is what `linked` is called in its first run.
  private static func rows(_ review: ReviewDocument) -> [String: String] {
    review.users.reduce(into: [:]) { rows, row in
      let state = row.state == "found" ? "linked" : row.state
      let user = row.userName.map { " \($0)" } ?? ""
      rows[row.activeDirectoryLogin ?? row.distinguishedName] = state + user
    }
  }

  /// True if the password is in what a command said or in the state folder.
  func tells(_ answer: RunTenantctl.Answer) throws -> Bool {
    let said = [Data(answer.output.utf8), Data(answer.errors.utf8)]
    let kept = try tenantctl.stateContents().values
    return (said + kept).contains { $0.range(of: Data(Self.password.utf8)) != nil }
  }
}
