import Foundation
import Harness
import Testing

private typealias M = LDAPMessages

@Suite(
  "M3: No command writes to a directory, and only an import adds users", .timeLimit(.minutes(10)))
struct EveryCommandTests {
  /// A command as it is run; a later command of the program is one line more.
  private struct Step {
    /// `FOLDER` is a folder to write to, `STORE` where the store is.
    var words: [String]
    /// What is on standard input.
    var input: String?
    /// How many persons the directory holds from now on; nil if it stays as it is.
    var people: Int?

    init(_ words: String, input: String? = nil, people: Int? = nil) {
      self.words = words.split(separator: " ").map(String.init)
      (self.input, self.people) = (input, people)
    }
  }

  private static let steps = [
    Step("help"), Step("overview"),
    Step("tenants list"), Step("tenants validate acme"), Step("tenants schema"),
    Step("test-connection acme"), Step("users import acme FOLDER/users.csv"),
    Step("sync acme --dry-run"), Step("sync acme"), Step("sync acme --check"),
    // Somebody is deleted, others are disabled, and there is somebody new whom no user fits.
    Step("sync acme --allow-large-change", people: 8),
    Step("review acme"), Step("review acme --live --output json"),
    Step("export acme --output FOLDER/acme.csv"), Step("export acme --live --format json"),
    Step("explain acme user3"), Step("history acme"),
    Step("link acme user8 spare"), Step("unlink acme user2 user8"), Step("relink acme user2"),
    Step("links import acme FOLDER/links.csv"), Step("links undo acme"),
    Step("sync acme"), Step("users list acme"), Step("users show acme user4"),
    Step("users edit acme user4 --email other@acme.example --first-name Eve"),
    Step("users import acme FOLDER/fewer.csv"), Step("sync acme"),
    Step("reviews key acme"), Step("reviews open acme"), Step("reviews show acme"),
    Step("reviews decide acme user8 --exception --note service"), Step("reviews abandon acme"),
    Step("reviews open acme"), Step("reviews sign acme --statement seen --allow-undecided"),
    Step("reviews list acme"), Step("reviews evidence acme 2 --output FOLDER/review.zip"),
    Step("reviews verify FOLDER/review.zip"),
    Step("access add acme maria", input: "correct horse battery\n"), Step("access list acme"),
    Step("access remove acme maria"), Step("access token acme nightly"),
    Step("access revoke acme nightly"),
    Step("plugins list"), Step("plugins show login"),
    Step("plugins new mine --kind matcher --language python --into FOLDER"),
    Step("plugins seal FOLDER/mine"), Step("plugins check FOLDER/mine"),
    Step("store init --store sqlite:FOLDER/there"), Step("store check"),
    Step("store copy acme --from STORE --to sqlite:FOLDER/there"),
  ]

  private let tenantctl: RunTenantctl
  private let server: LDAPScriptedServer

  init() throws {
    server = try LDAPScriptedServer(Self.directory(of: 7))
    tenantctl = try RunTenantctl()
    try tenantctl.folder.write("secret\n", to: "tenants/password")
    let users = (1...7).map { "user\($0),ACME\\user\($0)\n" }.joined()
    try tenantctl.folder.write("userName,windowsLogin\n\(users)spare,\n", to: "home/users.csv")
    try tenantctl.folder.write(
      "userName,windowsLogin\nuser1,ACME\\user1\nadded,ACME\\user8\n", to: "home/fewer.csv")
    try tenantctl.folder.write(
      "activeDirectoryLogin,action,userName\nuser2,unlink,\nuser3,unlink,\nuser2,link,user3\n",
      to: "home/links.csv")
    try tenantctl.addTenantFile(
      "acme",
      """
      version: 1
      tenant: acme
      directories:
        - domain: ACME
          source: ldap
          hosts: [127.0.0.1]
          port: \(server.port)
          security: plaintext
          bind: { method: simple, user: reader, password: { file: password } }
          rootDN: DC=acme,DC=example
      access:
        roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
        assignments: [{ fileOwner: true, roles: [admin] }]

      """)
  }

  /// A directory of so many persons; with more than seven, the first is gone and the third disabled.
  private static func directory(of people: Int) -> LDAPScriptedServer.Play {
    LDAPScriptedServer.Play { request in
      guard request.text.contains("objectCategory") else { return [.send(M.done(request.id))] }
      let numbers = people > 7 ? 2...people : 1...people
      let entries = numbers.flatMap { number in
        let flags = people > 7 && number == 3 ? "514" : "512"
        return M.person(
          request.id, "user\(number)", number: number,
          more: [
            ("mail", [Array("user\(number)@acme.example".utf8)]),
            ("userAccountControl", [Array(flags.utf8)]), ("givenName", [Array("Ann".utf8)]),
          ])
      }
      return [.send(entries + M.done(request.id))]
    }
  }

  @Test("every command, one after the other")
  func everyCommand() async throws {
    let dump = try await tenantctl.done("--experimental-dump-help")
    let commands = try DumpedCommand.all(of: Data(dump.utf8)).map(\.path)
    let run = Self.steps.compactMap { step in commands.first { step.words.starts(with: $0) } }
    #expect(run.count == Self.steps.count)
    let left = Set(commands).subtracting(run)
    #expect(left.isEmpty, "say in 'steps' how these are run: \(left)")
    for step in Self.steps {
      if let people = step.people { server.play(Self.directory(of: people)) }
      let before = try await users()
      let answer = try await self.run(step)
      try #require(answer.code == 0, "\(step.words): \(answer.errors)")
      let after = try await users()
      if step.words.starts(with: ["users", "import"]) {
        #expect(Set(before.keys).isStrictSubset(of: after.keys), "\(step.words)")
      } else {
        #expect(after == before, "\(step.words)")
      }
    }
    let received = server.received
    let reading: Set<UInt8> = [
      Request.bind, Request.unbind, Request.search, Request.extended, Request.abandon,
    ]
    #expect(received.isSubset(of: reading), "\(received.map { String($0, radix: 16) })")
    #expect(received.isSuperset(of: [Request.bind, Request.search]))
  }

  private typealias Request = LDAPScriptedServer.Request

  private func run(_ step: Step) async throws -> RunTenantctl.Answer {
    let folder = tenantctl.folder.path("home")
    let words = step.words.map {
      $0.replacing("FOLDER", with: folder).replacing("STORE", with: tenantctl.storeURL)
    }
    guard let input = step.input else { return try await tenantctl.run(words) }
    try tenantctl.folder.write(input, to: "home/input")
    return try await tenantctl.shell(
      "\"$0\" \(words.joined(separator: " ")) < '\(folder)/input'")
  }

  /// The names of the store's users, and whether they are active; empty before there is a store.
  private func users() async throws -> [String: Bool] {
    let path = tenantctl.folder.path("state/tenants/acme.sqlite")
    guard tenantctl.store != nil || FileManager.default.fileExists(atPath: path) else { return [:] }
    let rows = try await tenantctl.sql("SELECT user_name, is_active FROM users", tenant: "acme")
    let pairs = rows.split(separator: "\n").map { $0.split(separator: "|") }
    return Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), $0[1] == "1") })
  }
}
