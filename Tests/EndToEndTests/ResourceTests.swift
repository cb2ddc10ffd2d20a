import Foundation
import Harness
import Testing

/// Limits of the system: each is named in its own words, and the state is as it was.
@Suite("Limits of the system", .serialized, .timeLimit(.minutes(30)))
struct ResourceTests {
  @Test("a full or read-only disk refuses what writes and nothing else")
  func disks() async throws {
    try await check(ResourceRow.disks)
  }

  @Test("limits of memory, files, threads, file size and output are said")
  func processes() async throws {
    try await check(ResourceRow.processes)
  }

  private func check(_ rows: [ResourceRow]) async throws {
    let world = try await CrashWorld(CrashRow(words: ["review", "acme"]))
    let before = try await world.view()
    for row in rows {
      let fault = Fault(.machine, row.testDescription)
      let outcome = try await check(row, in: world)
      try world.takeLeft()
      try #require(try world.integrity() == "ok", "\(row.testDescription)")
      try #require(try await world.view().answers == before.answers, "\(row.testDescription)")
      try #require(try world.files().filter { $0.contains("partial") } == [])
      fault.survived(outcome)
    }
  }

  private func check(_ row: ResourceRow, in world: CrashWorld) async throws -> String {
    switch row.end {
    case .asUsual:
      let usual = try await world.shell(row.words)
      let answer = try await world.shell(row.words, within: row.limit)
      try #require(answer.code == 0, "\(row.testDescription): \(answer)")
      let texts = [usual, answer].map { CrashView.normal($0.output, world.root) }
      try #require(texts[0] == texts[1], "\(row.testDescription): \(texts[1])")
      try? FileManager.default.removeItem(atPath: world.installation.folder.path("home/acme.csv"))
      return "exit 0, as usual"
    case .refused(let code, let words):
      let answer = try await world.shell(row.words, within: row.limit)
      try #require(answer.code == code, "\(row.testDescription): \(answer)")
      let isSaid = words.isEmpty ? answer.errors.isEmpty : answer.errors.contains(words)
      try #require(isSaid, "\(row.testDescription): \(answer.errors)")
      return "exit \(code): '\(words)'"
    }
  }
}

extension CrashWorld {
  /// Runs a command within a limit, by a shell; what the state is afterwards lies in `left`, if the limit is a disk.
  func shell(_ words: String, within limit: ResourceRow.Limit? = nil) async throws
    -> RunTenantctl.Answer
  {
    let folder = installation.folder
    let home = folder.path("home")
    let command = "\"$0\" \(words.replacing("HOME", with: home))"
    let state = folder.path("state")
    let leave =
      "code=$?; rm -f '\(state)/fill'; cp -a '\(state)' '\(folder.path("left"))'; exit $code"
    var environment: [String: String] = [:]
    let script: String
    switch limit {
    case nil: script = command
    case .fullDisk:
      script = """
        cp -a '\(state)' '\(folder.path("full"))' &&
        mount -t tmpfs -o size=4m,mode=700 tenantctl-test '\(state)' &&
        cp -a '\(folder.path("full"))/.' '\(state)' || exit 99
        cat /dev/zero > '\(state)/fill' 2>/dev/null
        \(command); \(leave)
        """
    case .readOnlyDisk:
      script = """
        mount --bind '\(state)' '\(state)' && mount -o remount,bind,ro '\(state)' || exit 99
        \(command); \(leave)
        """
    case .process(let option): script = "exec prlimit \(option) \(command)"
    case .threads(let count):
      var shim = try FaultShim(below: folder.path(""))
      shim.limitThreads(to: count)
      environment = shim.environment
      script = "exec \(command)"
    case .output(let redirection): script = "\(command) \(redirection)"
    case .closedPipe:
      let close = "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1); "
      script = "exec python3 -c '\(close)os.execv(sys.argv[1], sys.argv[1:])' \(command)"
    }
    try folder.write("userName,email\nfox,other@acme.example\n", to: "home/users.csv")
    for name in ["left", "full"] { try? FileManager.default.removeItem(atPath: folder.path(name)) }
    let own = ["--mount", "--propagation", "private"] + (geteuid() == 0 ? [] : ["--map-root-user"])
    return try await installation.start(
      own + ["bash", "-c", script, RunTenantctl.program.path],
      program: URL(filePath: "/usr/bin/unshare"), environment: environment
    ).answer()
  }

  /// Puts the state that a command left on its own disk where it is looked at.
  func takeLeft() throws {
    if FileManager.default.fileExists(atPath: installation.folder.path("left")) {
      try copy("left", to: "state")
    }
  }
}
