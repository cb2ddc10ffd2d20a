import Foundation
import Harness
import Testing

@Suite("tenantctl with outside plugins that fail", .timeLimit(.minutes(30)))
struct PluginProcessTests {
  static let matcherFaults = [
    PluginFault.endings, PluginFault.frames, PluginFault.answers, PluginFault.makings,
    PluginFault.greetings,
  ]

  @Test("a matcher's fault is 70 with its reason, and nothing is written", arguments: matcherFaults)
  func matchers(faults: [PluginFault]) async throws {
    let installation = try await PluginInstallation()
    let before = try await installation.stored()
    try installation.setMatcher("{ matcher: fake }")
    for fault in faults {
      try installation.plugins.add(PythonPlugin(fault: fault.lines))
      let answer = try await installation.run(
        "sync", "acme", "--plugin-timeout", fault.timesOut ? "2" : "60")
      #expect(answer.code == 70, "\(fault): \(answer)")
      #expect(answer.errors.contains("plugin 'fake': "), "\(fault): \(answer)")
      #expect(fault.missing(in: answer.errors) == [], "\(answer.errors)")
      #expect(try installation.remains() == [], "\(fault)")
      #expect(try await installation.stored() == before, "\(fault)")
    }
    try installation.plugins.add(PythonPlugin())
    #expect(try await installation.run("sync", "acme").code == 0)
    #expect(try installation.remains() == [])
  }

  @Test("an exporter's fault is 70 with its reason, and no file appears")
  func exporters() async throws {
    let installation = try await PluginInstallation()
    let file = installation.tenantctl.folder.path("home/acme.txt")
    for fault in PluginFault.exports {
      try installation.plugins.add(PythonPlugin(.exporter, fault: fault.lines))
      let answer = try await installation.run(
        "export", "acme", "--format", "fake", "--output", file, "--plugin-timeout",
        fault.timesOut ? "2" : "60")
      #expect(answer.code == 70, "\(fault): \(answer)")
      #expect(fault.missing(in: answer.errors) == [], "\(answer.errors)")
      #expect(try installation.tenantctl.folder.entries("home") == [], "\(fault)")
      #expect(try installation.remains() == [], "\(fault)")
    }
    try installation.plugins.add(PythonPlugin(.exporter))
    let answer = try await installation.run("export", "acme", "--format", "fake", "--output", file)
    #expect(answer.code == 0)
    #expect(try installation.tenantctl.read("home/acme.txt") == "alice\nbobby\ncarol\n")
  }

  @Test("an option that the plugin refuses is the tenant file's fault: 78")
  func option() async throws {
    let installation = try await PluginInstallation()
    try installation.plugins.add(
      PythonPlugin(fault: "def make(o): tell(type='error', message='is too short', option='word')"))
    try installation.setMatcher("{ matcher: fake, options: { word: x } }")
    let answer = try await installation.run("sync", "acme")
    #expect(answer.code == 78)
    #expect(answer.errors.contains("option 'word': is too short"))
    #expect(try await installation.run("tenants", "validate").code == 78)
    #expect(try installation.remains() == [])
  }

  @Test("a plugin that is refused is 70 where a tenant names it, and nobody else is disturbed")
  func refused() async throws {
    let installation = try await PluginInstallation()
    let other = try PluginFolder()
    try installation.plugins.add(PythonPlugin())
    try installation.setMatcher(
      "{ matcher: fake }",
      extra: "plugins: { fake: { sha256: \"\(String(repeating: "0", count: 64))\" } }")
    let pinned = try await installation.run("sync", "acme")
    #expect(pinned.code == 70 && pinned.errors.contains("the tenant file trusts SHA-256 0000"))
    try installation.setMatcher("{ matcher: fake }")
    try other.add(PythonPlugin())
    let twins = try await installation.run("sync", "acme", "--plugins", other.path)
    #expect(twins.code == 70 && twins.errors.contains("two plugins have the name 'fake'"))
    for folder in [installation.plugins, other] {
      let real = URL(filePath: folder.path("fake")).resolvingSymlinksInPath().path
      #expect(twins.errors.contains("'\(real)'"), "\(twins)")
    }
    try installation.plugins.add(PythonPlugin(name: "login"))
    try installation.plugins.setMode(0o777, of: "fake")
    let list = try await installation.run("plugins", "list")
    #expect(list.code == 0 && list.lines.count { $0.contains(" refused ") } == 2, "\(list.output)")
    let writable = try await installation.run("sync", "acme")
    #expect(writable.code == 70 && writable.errors.contains("chmod go-w"))
    try installation.setMatcher("{ matcher: login }")
    #expect(try await installation.run("sync", "acme").code == 0)
  }

  @Test(
    "interrupted while a plugin hangs: 130, and nothing is left",
    arguments: ["hello(_)", "make(_)", "batch(*_)"])
  func interrupted(hook: String) async throws {
    let installation = try await PluginInstallation()
    let lines = "def \(hook):\n    open('hanging', 'w')\n    while True: time.sleep(1000)"
    try installation.plugins.add(PythonPlugin(fault: lines))
    try installation.setMatcher("{ matcher: fake }")
    let started = try installation.tenantctl.start(
      ["sync", "acme", "--plugin-timeout", "3600"])
    try await installation.waitUntilHanging()
    kill(started.id, SIGINT)
    let answer = try await started.answer()
    #expect(answer.code == 130 && answer.errors.contains("interrupted"), "\(answer)")
    #expect(try installation.remains() == [])
  }

  @Test(
    "interrupted while an exporter hangs: 130, and no file appears",
    arguments: ["begin", "rows", "end"])
  func interruptedExport(hook: String) async throws {
    let installation = try await PluginInstallation()
    let lines = "def \(hook)(_):\n    open('hanging', 'w')\n    while True: time.sleep(1000)"
    try installation.plugins.add(PythonPlugin(.exporter, fault: lines))
    let started = try installation.tenantctl.start(
      ["export", "acme", "--format", "fake", "--output", "x.txt", "--plugin-timeout", "3600"])
    try await installation.waitUntilHanging()
    kill(started.id, SIGTERM)
    #expect(try await started.answer().code == 130)
    #expect(try installation.tenantctl.folder.entries("home") == [])
    #expect(try installation.remains() == [])
  }

  @Test("killed, tenantctl takes its plugins and their daemons with it")
  func killed() async throws {
    let installation = try await PluginInstallation()
    let lines = """
      def batch(*_):
          if os.fork() == 0:
              os.setsid()
              if os.fork() == 0: time.sleep(1000)
              os._exit(0)
          os.wait()
          open("hanging", "w")
          time.sleep(1000)
      """
    try installation.plugins.add(PythonPlugin(fault: lines))
    try installation.setMatcher("{ matcher: fake }")
    let started = try installation.tenantctl.start(
      ["sync", "acme", "--plugin-timeout", "3600"])
    try await installation.waitUntilHanging()
    #expect(Processes.with(argument: installation.plugins.marker).count == 2)
    kill(started.id, SIGKILL)
    #expect(try await started.answer().code == -SIGKILL)
    while !Processes.with(argument: installation.plugins.marker).isEmpty { await Task.yield() }
  }

  @Test("too few descriptors to start a plugin is said, and no file is written to")
  func fewDescriptors() async throws {
    let installation = try await PluginInstallation()
    try installation.plugins.add(PythonPlugin())
    try installation.setMatcher("{ matcher: fake }")
    let answer = try await installation.tenantctl.shell("ulimit -n 30; \"$0\" sync acme")
    #expect(answer.code == 70, "\(answer)")
    #expect(answer.errors.contains("its pipes could not be set up"), "\(answer)")
    #expect(try installation.remains() == [])
  }
}
