import Harness
import PluginHost
import Testing

@Suite("Nothing is left open", .timeLimit(.minutes(5)))
struct LeakTests {
  /// In a process of its own, where no other test opens anything.
  @Test("two hundred starts, good and bad, leave no descriptor behind")
  func descriptors() async {
    await #expect(processExitsWith: .success) {
      let faults = ["", "sys.exit(1)", "def batch(*_): os._exit(1)", "raw(b'garbage!')"]
      let hosts = try faults.map { try HostedPlugin(PythonPlugin(fault: $0)) }
      func ask(_ count: Int) {
        for round in 0..<count {
          let host = hosts[round % hosts.count]
          _ = try? host.ask()
          host.run.close()
        }
      }
      // What the first rounds open for good, such as random numbers, is no leak.
      ask(8)
      let before = try Processes.openDescriptors()
      ask(200)
      // A thread lets go of its program right after whoever waited for it was told.
      var after = try Processes.openDescriptors()
      for _ in 0..<100_000 where after > before {
        await Task.yield()
        after = try Processes.openDescriptors()
      }
      #expect(after <= before)
      for host in hosts { #expect(host.remains == []) }
    }
  }
}
