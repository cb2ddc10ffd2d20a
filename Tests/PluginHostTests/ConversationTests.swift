import Foundation
import Harness
import Logging
import PluginContract
import Testing

@testable import PluginHost

@Suite("Matchers and exporters speak with their process", .timeLimit(.minutes(5)))
struct ConversationTests {
  @Test("keys, verdicts and near keys come back as they were sent")
  func answers() throws {
    let fault = """
      good = batch
      def batch(r, m, s, p, x):
          if p: return good(r, m, s, p, x)
          skip = struct.pack("<III", 1, 1, 6) + b"robots"
          fail = struct.pack("<III", 2, 2, 3) + b"odd"
          write(KEYS, keys(r, [x[0], [], []], skip + fail, 2))
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    let matcher = try host.matcher()
    #expect(matcher.rules.map(\.code) == ["plugin:fake:same", "near-miss:accent"])
    let keys = try matcher.keys(for: Batches.directory, side: .directory, purpose: .candidates)
    #expect(keys.keys.texts(of: 0) == ["alice"])
    #expect(keys.verdicts == [1: .skip(rule: "robots"), 2: .fail(message: "odd")])
    let near = try matcher.keys(
      for: Batches.batch(["Zoë"], of: "userName", directory: nil), side: .tenant,
      purpose: .explanation)
    #expect(near.keys.texts(of: 0) == ["zoë"] && near.rules == [1])
    #expect(host.remains == [])
  }

  @Test("a frame that comes byte by byte is a frame")
  func trickle() throws {
    let fault = """
      def raw(data):
          for place in range(len(data)):
              OUTPUT.write(data[place:place + 1])
              OUTPUT.flush()
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    #expect(try host.ask().keys.texts(of: 2) == ["carol"])
    #expect(host.remains == [])
  }

  @Test("an exporter's parts are the file, and one process writes several files")
  func export() throws {
    let host = try HostedPlugin(PythonPlugin(.exporter))
    #expect(try host.export() == Array("a\nb\nc\n".utf8))
    #expect(try host.export() == Array("a\nb\nc\n".utf8))
    #expect(host.log.entries.count { $0.text.contains("started") } == 1)
    #expect(host.remains == [])
  }

  @Test("one process serves all matchers of a run, with the options of each")
  func severalMatchers() throws {
    let fault = """
      words, make_good = {}, make
      def make(order):
          words[order["matcher"]] = order["options"]["word"].encode()
          make_good(order)
      def batch(r, m, s, p, x): write(KEYS, keys(r, [[words[m]] for _ in x]))
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    let matchers = try ["red", "blue"].map { try host.matcher(["word": .string($0)]) }
    for (matcher, word) in zip(matchers, ["red", "blue"]) {
      let keys = try matcher.keys(for: Batches.directory, side: .directory, purpose: .candidates)
      #expect(keys.keys.texts(of: 0) == [word])
    }
    #expect(host.log.entries.count { $0.text.contains("started") } == 1)
    #expect(host.remains == [])
  }

  @Test("many full batches in flight, of a plugin that reads before it answers, do not deadlock")
  func inFlight() async throws {
    let fault = """
      waiting, good = [], batch
      def batch(*q):
          waiting.append(q)
          if len(waiting) == 5:
              for one in waiting: good(*one)
              waiting.clear()
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    let matcher = try host.matcher()
    let names = (0..<4_096).map { "user-\($0)-" + String(repeating: "x", count: 500) }
    let batch = Batches.batch(names, of: "sAMAccountName", directory: 0)
    let pending = try (0..<5).map { _ in
      try matcher.start(for: batch, side: .directory, purpose: .candidates)
    }
    for promise in pending {
      let keys = try await promise.value()
      #expect(keys.recordCount == 4_096 && keys.keys.texts(of: 4_095) == [names[4_095]])
    }
    #expect(host.remains == [])
  }

  @Test("standard error is logged line by line with the plugin's name, up to a limit")
  func log() throws {
    let fault = "say('one'); say('two'); OUTPUT.flush()\nfor _ in range(3000): say('x' * 999)"
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    try host.ask()
    #expect(host.remains == [])
    let lines = host.log.entries.filter { $0.level == .info }
    #expect(lines.prefix(2).map(\.text) == ["one", "two"])
    #expect(lines.allSatisfy { $0.metadata["plugin"] == "fake" })
    #expect(lines.reduce(0) { $0 + $1.text.utf8.count } <= PluginLimits().logBytes)
    #expect(host.log.entries.contains { $0.text.contains("the rest is not logged") })
  }

  @Test("a plugin that goes on after its input ended is stopped")
  func endOfInput() throws {
    let fault = """
      def end_of_input():
          signal.signal(signal.SIGTERM, signal.SIG_IGN)
          while True: time.sleep(1000)
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    try host.ask()
    #expect(host.remains == [])
  }

  @Test("a cancelled task does not wait for a plugin that hangs, wherever it does")
  func cancelled() async throws {
    for hook in ["def hello(_)", "def make(_)", "def batch(*_)"] {
      let fault = "\(hook):\n    say('hanging')\n    time.sleep(1000)"
      var limits = PluginLimits()
      (limits.startTime, limits.answerTime) = (.seconds(3600), .seconds(3600))
      let host = try HostedPlugin(PythonPlugin(fault: fault), limits: limits)
      let task = Task.detached { try await host.run.use { try host.ask() } }
      while !host.log.entries.contains(where: { $0.text == "hanging" }) { await Task.yield() }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(host.remains == [])
      #expect(throws: CancellationError.self) { try host.ask() }
    }
  }

  @Test("a working folder is gone whatever the plugin made in it")
  func workingFolder() throws {
    let fault = """
      def batch(*q):
          os.symlink("/usr", "link"); os.mkfifo("pipe"); open("file", "w").write("x")
          open(b"\\xff\\xfe", "w"); open("moved-1", "w"); os.mkdir("moved-2")
          os.makedirs("shut/inner"); os.umask(0o777); os.mkdir("shut/inner/none"); os.umask(0)
          home = os.getcwd()
          for _ in range(3000):
              os.mkdir("d" * 200); os.chdir("d" * 200)
          write(KEYS, keys(q[0], q[4]))
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    try host.ask()
    #expect(host.remains == [])
  }

  @Test("an interpreter that does not exist, or that may not be read, is named in the message")
  func interpreter() throws {
    let host = try HostedPlugin()
    let program = PythonPlugin().text.replacing("/usr/bin/python3", with: "/nowhere/python3")
    try host.folder.write(program, to: "fake/program", mode: 0o755)
    try host.folder.write(
      try host.folder.manifest(of: PythonPlugin()), to: "fake/manifest.yaml", mode: 0o644)
    let plugin = InstalledPlugin(folder: host.folder.path("fake"))
    let error = try #require(throws: PluginError.self) {
      try host.run.matcher(plugin, HostedPlugin.context())
    }
    #expect(
      error.message.contains("it could not be executed: no such file or directory; if it is"),
      "\(error)")
    #expect(host.remains == [])
  }
}
