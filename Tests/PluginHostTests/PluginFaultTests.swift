import Harness
import PluginContract
import PluginHost
import Testing

/// Every way to misbehave ends with a message that names the plugin, and leaves nothing behind.
@Suite("A plugin that misbehaves fails, with a reason, and is gone", .timeLimit(.minutes(5)))
struct PluginFaultTests {
  private func limits(_ fault: PluginFault) -> PluginLimits {
    fault.timesOut ? HostedPlugin.impatient : PluginLimits()
  }

  private func expectMatcherFailure(
    _ fault: PluginFault, test: String = #function
  ) throws {
    let noted = Fault(.plugin, fault.description, test: test)
    let host = try HostedPlugin(PythonPlugin(fault: fault.lines), limits: limits(fault))
    let error = try #require(throws: PluginError.self) { try host.ask() }
    #expect(error.plugin == "fake")
    #expect(fault.missing(in: error.message) == [], "\(error)")
    #expect(host.remains == [])
    noted.survived(error.message)
  }

  @Test("a matcher that ends or hangs", arguments: PluginFault.endings)
  func endings(fault: PluginFault) throws { try expectMatcherFailure(fault) }

  @Test("a matcher that writes no frames, or unwanted ones", arguments: PluginFault.frames)
  func frames(fault: PluginFault) throws { try expectMatcherFailure(fault) }

  @Test("a matcher that lies about counts, rules or keys", arguments: PluginFault.answers)
  func answers(fault: PluginFault) throws { try expectMatcherFailure(fault) }

  @Test("a matcher that reads or names what it may not", arguments: PluginFault.makings)
  func makings(fault: PluginFault) throws { try expectMatcherFailure(fault) }

  @Test("a program that is not what its manifest says", arguments: PluginFault.greetings)
  func greetings(fault: PluginFault) throws { try expectMatcherFailure(fault) }

  @Test("an exporter that breaks off or floods", arguments: PluginFault.exports)
  func exports(fault: PluginFault) throws {
    let noted = Fault(.plugin, fault.description)
    let host = try HostedPlugin(PythonPlugin(.exporter, fault: fault.lines), limits: limits(fault))
    let error = try #require(throws: PluginError.self) { try host.export() }
    #expect(fault.missing(in: error.message) == [], "\(error)")
    #expect(host.remains == [])
    noted.survived(error.message)
  }

  @Test("an exact rule where a near one was asked for is refused too")
  func wrongPurpose() throws {
    let fault = "def batch(r, m, s, p, x): write(KEYS, keys(r, x, rules=[0, 0, 0]))"
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    #expect(try host.ask(.candidates).recordCount == 3)
    let error = try #require(throws: PluginError.self) { try host.ask(.explanation) }
    #expect(error.message.contains("named the rule 0"), "\(error)")
    #expect(host.remains == [])
  }

  @Test("an option that the plugin refuses is the tenant file's error, and the plugin goes on")
  func refusedOption() throws {
    let fault = """
      make_good = make
      def make(order):
          if order["options"]["word"] == "none": make_good(order)
          else: tell(type="error", message="it is too long", option="word")
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    let refused = try #require(throws: OptionError.self) {
      try host.matcher(["word": .string("long")])
    }
    #expect(refused == OptionError(option: "word", message: "it is too long"))
    #expect(try host.ask().recordCount == 3)
    #expect(host.remains == [])
  }

  @Test("a plugin that has failed gives the same reason to every further call")
  func failedBefore() throws {
    let host = try HostedPlugin(PythonPlugin(fault: "def batch(*_): os._exit(4)"))
    let first = try #require(throws: PluginError.self) { try host.ask() }
    let second = try #require(throws: PluginError.self) { try host.ask() }
    #expect(first == second)
    #expect(host.remains == [])
  }
}
