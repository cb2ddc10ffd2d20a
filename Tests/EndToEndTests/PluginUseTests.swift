import Foundation
import Harness
import Testing

@Suite("tenantctl with outside plugins that work", .timeLimit(.minutes(30)))
struct PluginUseTests {
  @Test("a matcher alone: sync, dry run, explain, live review and validate")
  func alone() async throws {
    let installation = try await PluginInstallation(isSynced: false)
    try installation.plugins.add(PythonPlugin())
    try installation.setMatcher("{ matcher: fake }")
    #expect(try await installation.run("tenants", "validate").code == 0)
    #expect(try await installation.run("sync", "acme", "--dry-run").output.contains("fake:same"))
    #expect(try await installation.run("sync", "acme").code == 0)
    let review = try await installation.tenantctl.review("acme")
    #expect(review.rows["alice"]?.code == "plugin:fake:same")
    let explained = try await installation.run("explain", "acme", "alice")
    #expect(explained.code == 0 && explained.output.contains("fake: sAMAccountName 'alice'"))
    #expect(try await installation.run("review", "acme", "--live").code == 0)
    #expect(try await installation.run("plugins", "show", "fake").output.contains("sAMAccountName"))
    #expect(try installation.remains() == [])
  }

  @Test("twice in a composite beside a built-in: one process, each with its options")
  func composite() async throws {
    let installation = try await PluginInstallation(isSynced: false)
    try installation.plugins.add(
      PythonPlugin(
        fault: """
          words, make_good = {}, make
          def make(order):
              words[order["matcher"]] = order["options"]["word"].encode()
              make_good(order)
          def batch(r, m, s, p, x):
              found = [[k for k in row if k == words[m]] for row in x]
              write(KEYS, keys(r, found, rules=[p] * sum(map(len, found))))
          """))
    try installation.setMatcher(
      """
      { matcher: composite, strategies: [
          { matcher: fake, options: { word: alice } }, { matcher: employee-id },
          { matcher: fake, options: { word: bobby } }] }
      """)
    let answer = try await installation.run("sync", "acme", "--log-level", "debug")
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.errors.split(separator: "\n").count { $0.contains("'fake' started") } == 1)
    let rows = try await installation.tenantctl.review("acme").rows
    #expect(rows["alice"]?.status == "Matched" && rows["bobby"]?.status == "Matched")
    #expect(rows["carol"]?.status == "Not Matched")
    #expect(try installation.remains() == [])
  }

  @Test("a fault inside a composite is the plugin's")
  func faultInComposite() async throws {
    let installation = try await PluginInstallation()
    let before = try await installation.stored()
    try installation.setMatcher(
      "{ matcher: composite, strategies: [{ matcher: login }, { matcher: fake }] }")
    for fault in PluginFault.answers.prefix(13) {
      try installation.plugins.add(PythonPlugin(fault: fault.lines))
      let answer = try await installation.run("sync", "acme")
      #expect(answer.code == 70 && answer.errors.contains("plugin 'fake': "), "\(fault): \(answer)")
      #expect(fault.missing(in: answer.errors) == [], "\(answer.errors)")
    }
    #expect(try await installation.stored() == before)
    #expect(try installation.remains() == [])
  }

  @Test("twenty thousand users of two directories, a slow plugin, two tenants at once")
  func large() async throws {
    let installation = try await PluginInstallation(isSynced: false)
    let folder = installation.tenantctl.folder
    try installation.plugins.add(
      PythonPlugin(fault: "good = batch\ndef batch(*q):\n    time.sleep(0.05)\n    good(*q)"))
    var users = "userName\n"
    for directory in ["one", "two"] {
      var rows = "DN,objectGUID,sAMAccountName\n"
      for number in 0..<10_000 {
        let guid = "00000000-0000-400\(directory == "one" ? 1 : 2)-8000-"
        let login = "\(directory)\(number)"
        rows += "\"CN=\(login),DC=big\",\(guid)\(String(format: "%012d", number + 1)),\(login)\n"
        users += "\(login)\n"
      }
      try folder.write(rows, to: "tenants/\(directory).csv")
    }
    try folder.write(users, to: "big.csv")
    for tenant in ["big", "huge"] {
      try installation.tenantctl.addTenantFile(
        tenant,
        """
        version: 1
        tenant: \(tenant)
        matching: { matcher: fake }
        directories:
          - { domain: ONE, source: csv, file: one.csv }
          - { domain: TWO, source: csv, file: two.csv }
        access:
          roles:
            admin: [Administer Tenant, Administer Active Directory Authentication]
          assignments:
            - { fileOwner: true, roles: [admin] }
        """)
      try await installation.tenantctl.done("users", "import", tenant, folder.path("big.csv"))
    }
    let answer = try await installation.run("sync", "big", "huge", "--jobs", "2")
    #expect(answer.code == 0, "\(answer)")
    for tenant in ["big", "huge"] {
      let matched = try await installation.tenantctl.review(tenant).users.count {
        $0.status == "Matched"
      }
      #expect(matched == 20_000)
    }
    #expect(try installation.remains() == [])
  }

  @Test("commands that match nothing do not start a plugin, and work beside a broken one")
  func byHand() async throws {
    let installation = try await PluginInstallation()
    try installation.plugins.add(PythonPlugin(fault: "sys.exit(1)"))
    try installation.setMatcher("{ matcher: fake }")
    for words in [
      ["unlink", "acme", "alice"], ["relink", "acme", "alice"], ["review", "acme"],
      ["history", "acme"], ["export", "acme"], ["users", "list", "acme"],
      ["test-connection", "acme"],
    ] {
      let answer = try await installation.tenantctl.run(words + ["--log-level", "debug"])
      #expect(answer.code == 0, "\(words): \(answer)")
      #expect(!answer.errors.contains("'fake' started"), "\(words): \(answer)")
    }
    #expect(try await installation.run("sync", "acme").code == 70)
  }

  @Test("an option that makes no sense to a plugin names the file, the entry and the matcher")
  func wrongOption() async throws {
    let installation = try await PluginInstallation(isSynced: false)
    let fault = "def make(order): tell(type='error', option='word', message='no such word')"
    try installation.plugins.add(PythonPlugin(fault: fault))
    try installation.setMatcher(
      "{ matcher: composite, strategies: [{ matcher: login }, { matcher: fake }] }")
    let words =
      "acme.yaml: matching.strategies, entry 2: the matcher 'fake': option 'word': no such word"
    for command in [["sync", "acme"], ["tenants", "validate", "acme"]] {
      let answer = try await installation.tenantctl.run(command)
      #expect(answer.code == 78 && answer.errors.contains(words), "\(answer)")
    }
    let shown = try await installation.run("plugins", "show", "fake")
    #expect(shown.code == 70)
    #expect(shown.errors.contains("'fake' refuses the default of its own option 'word'"))
  }

  @Test("an option of a format that makes no sense to it is a usage error")
  func wrongFormatOption() async throws {
    let installation = try await PluginInstallation()
    let fault = "def begin(order): tell(type='error', option='word', message='no such word')"
    try installation.plugins.add(PythonPlugin(.exporter, fault: fault))
    let answer = try await installation.run("export", "acme", "--format", "fake")
    #expect(
      answer.code == 64 && answer.errors.contains("format 'fake': option 'word'"), "\(answer)")
  }

  @Test("a list says in full why a plugin is refused, and a pin for nobody is noted")
  func refusals() async throws {
    let installation = try await PluginInstallation(isSynced: false)
    let path = try installation.plugins.add(PythonPlugin())
    try installation.plugins.setMode(0o777, of: "fake/program")
    let list = try await installation.run("plugins", "list")
    #expect(list.output.contains("fake, in \(path), is refused:\n  others may write this program"))
    let hash = String(repeating: "0", count: 64)
    try installation.setMatcher(
      "{ matcher: login }",
      extra: "plugins: { login: { sha256: \(hash) }, gone: { sha256: \(hash) } }\n"
    )
    let validated = try await installation.run("tenants", "validate", "acme")
    #expect(validated.code == 0)
    #expect(validated.errors.contains("plugins: 'gone' is not installed here"))
    #expect(validated.errors.contains("plugins: 'login' is built in"))
  }
}
