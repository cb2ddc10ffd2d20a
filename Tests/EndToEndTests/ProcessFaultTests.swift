import Foundation
import Harness
import Testing

/// Two at once, a clock that was set back, a disk that a killed run left, and a thousand tenants.
@Suite("Faults of processes and machine", .serialized, .timeLimit(.minutes(10)))
struct ProcessFaultTests {
  /// The number of the first call that a sync makes of a kind, found by an undisturbed run.
  private func call(_ name: String, _ path: String, in world: CrashWorld) async throws -> Int {
    let log = world.installation.folder.path("calls.log")
    try world.reset()
    _ = try await world.run(FaultShim(below: world.installation.folder.path(""), log: log))
    let calls = try FaultShim.calls(in: log)
    try world.reset()
    return 1 + (try #require(calls.firstIndex { $0.name == name && $0.path == path }))
  }

  private func changed() async throws -> CrashWorld {
    try await CrashWorld(
      CrashRow(words: ["sync", "acme", "--allow-large-change"], change: .directory))
  }

  @Test(
    "while a sync is stopped in the middle of its writing, readers see the run before, and others wait (T1)"
  )
  func twoAtOnce() async throws {
    let fault = Fault(.machine, "two runs of one tenant at once, the first stopped while it writes")
    let world = try await changed()
    let reference = try await CrashReference(world)
    var shim = try FaultShim(below: world.installation.folder.path(""))
    let commit = try await call("unlock", "/state/tenants/acme.lock", in: world)
    shim.act(.signal(SIGSTOP), at: commit - 3)
    let variables = shim.environment.map { "\($0)='\($1)'" }.joined(separator: " ")
    // With job control, `wait` comes back when the job is stopped.
    let answer = try await world.installation.shell(
      """
      set -m
      \(variables) "$0" sync acme --allow-large-change > /dev/null & wait $!
      "$0" sync acme; echo "second $?"
      "$0" users edit acme fox --email x@acme.example; echo "edit $?"
      "$0" review acme --output json > seen.json; echo "review $?"
      kill -CONT %1; wait -f %1; echo "first $?"
      """, in: "/bin/bash")
    try #require(answer.output == "second 75\nedit 75\nreview 0\nfirst 0\n", "\(answer)")
    try #require(answer.errors.contains("another run for tenant 'acme' is under way (started by"))
    let seen = try world.installation.read("home/seen.json")
    try #require(seen.contains("\"run\": 1,") || seen.contains("\"run\":1,"), "\(seen.prefix(300))")
    try FileManager.default.removeItem(atPath: world.installation.folder.path("home/seen.json"))
    try #require(try await reference.check(world, "after the first went on"))
    fault.survived("exit 75 for the second, the run before for readers, the first completes")
  }

  @Test(
    "a killed run's log on a disk that is read-only now is read with it", arguments: [false, true])
  func leftLog(hasIndex: Bool) async throws {
    let fault = Fault(
      .machine,
      "read-only disk with the log of a killed run, \(hasIndex ? "with" : "without") its index")
    let world = try await changed()
    let reference = try await CrashReference(world)
    var shim = try FaultShim(below: world.installation.folder.path(""))
    shim.act(.signal(SIGKILL), at: try await call("unlock", "/state/tenants/acme.lock", in: world))
    try #require(try await world.run(shim).code == -SIGKILL)
    let store = world.installation.folder.path("state/tenants/acme.sqlite")
    let length = try FileManager.default.attributesOfItem(atPath: store + "-wal")[.size] as? Int
    try #require(length ?? 0 > 0)
    if !hasIndex { try FileManager.default.removeItem(atPath: store + "-shm") }
    let answer = try await world.shell("review acme --output json", within: .readOnlyDisk)
    try #require(answer.code == 0, "\(answer)")
    try #require(try await reference.check(world, "once it may be written"))
    let usual = try await world.shell("review acme --output json")
    try #require(answer.output == usual.output)
    fault.survived("exit 0: the run after, as it was committed")
  }

  @Test("after a clock that was a year ahead was set back, runs go on and the latest is the last")
  func clock() async throws {
    let fault = Fault(.machine, "clock set back by a year")
    let world = try await CrashWorld(CrashRow(words: ["sync", "acme"], before: []))
    let folder = world.installation.folder
    var shim = try FaultShim(below: folder.path(""))
    shim.setClock(forwardBy: 366 * 86_400)
    try #require(try await world.run(shim).code == 0)
    let ahead = try await world.installation.done("history", "acme", "--output", "json")
    try #require(try await world.run().code == 0)
    try await world.installation.done("link", "acme", "ivolkov", "fox")
    let history = try await world.installation.done("history", "acme", "--output", "json")
    let years = [ahead, history].map { text in
      text.matches(of: /"startedAt": ?"(\d{4})/).map { String($0.output.1) }
    }
    try #require(years[0].count == 1 && years[1].count == 2, "\(years)")
    try #require(years[1][1] == years[0][0] && years[1][0] < years[1][1], "\(years)")
    try #require(try await world.installation.review("acme").rows["ivolkov"]?.state == "linked")
    fault.survived("exit 0; history in the order of what happened")
  }

  @Test("of a thousand tenants one broken file stops itself only")
  func thousand() async throws {
    let fault = Fault(.machine, "1,000 tenant files, one of them broken")
    let installation = try RunTenantctl()
    let ldif = LDIF.person("jdoe", number: 1)
    for number in 0..<1_000 { try installation.addTenant("t\(number)", ldif: ldif) }
    try installation.addTenantFile("t500", "version: 1\ntenant: [")
    let list = try await installation("tenants", "list")
    try #require(list.output.contains("t499") && list.output.contains("t999"), "\(list)")
    let sync = try await installation("sync", "--all", "--jobs", "2")
    try #require(sync.code == 78, "\(sync.errors.prefix(500))")
    try #require(
      sync.errors.contains("1000 tenants: 999 done, 1 failed"), "\(sync.errors.suffix(500))")
    let done = Set(sync.output.matches(of: /(t\d+): run 1: 1 AD users/).map { String($0.output.1) })
    try #require(done.count == 999 && !done.contains("t500"))
    try #require(sync.errors.contains("t500.yaml:"), "\(sync.errors.prefix(500))")
    fault.survived("exit 78; each tenant was tried, the broken one named")
  }
}
