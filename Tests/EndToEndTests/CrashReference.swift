import Foundation
import Harness
import Testing

/// How a command ends that nobody disturbs, once and a second time, and what must come of one that somebody does.
struct CrashReference: Sendable {
  /// The calls of the first run.
  let calls: [FaultShim.Call]
  private let before: CrashView
  private let first: End
  private let second: End

  /// What a run said and left.
  private struct End: Equatable {
    let code: Int32
    let output: String
    let view: CrashView
    let files: [String]
  }

  init(_ world: CrashWorld) async throws {
    try world.reset()
    before = try await world.view()
    let log = world.installation.folder.path("calls.log")
    try? FileManager.default.removeItem(atPath: log)
    first = try await Self.end(
      world, FaultShim(below: world.installation.folder.path(""), log: log))
    calls = try FaultShim.calls(in: log)
    second = try await Self.end(world)
    try #require(first.code == 0 && first.view.normal != before.normal)
    // Without its events a history is not what it was told to be.
    try #require(!before.events.isEmpty)
  }

  private static func end(_ world: CrashWorld, _ shim: FaultShim? = nil) async throws -> End {
    try await Task.sleep(for: world.row.pause)
    let answer = try await world.run(shim)
    // Before the views, of which several at once may leave an empty log for the next to remove.
    let files = try world.files()
    return End(
      code: answer.code, output: CrashView.normal(answer.output, world.root),
      view: try await world.view(), files: files)
  }

  /// A call in words.
  func name(of call: Int) -> String { "\(calls[call].name) \(Self.kind(of: calls[call].path))" }

  /// A path without what is another in each run.
  static func kind(of path: String) -> String {
    path.replacing(/#\d+/, with: "nameless").replacing(/\.[0-9A-F-]{36}\./, with: ".random.")
  }

  /// Kills the command before a call, and checks what it left and what the next run makes of it.
  ///
  /// - Returns: true if what it was to do was done.
  func kill(_ world: CrashWorld, at call: Int) async throws -> Bool {
    let answer = try await disturbed(world, at: call, SIGKILL)
    let place = "\(world.row.testDescription), call \(call + 1), \(name(of: call))"
    // The order of calls of several threads may differ by a few: the last ones may not come.
    try #require(answer.code == -SIGKILL || answer.code == 0 && call + 8 > calls.count, "\(place)")
    try world.outliveLeases()
    let isBefore = try await !check(world, place)
    let next = try await Self.end(world)
    let expected = isBefore ? first : second
    try #require(next.code == expected.code && next.output == expected.output, "\(place): \(next)")
    try #require(next.view.normal == expected.view.normal, "\(place): \(next)")
    try #require(next.files == expected.files, "\(place): \(next.files)")
    return !isBefore
  }

  /// Checks that the state is the one before or the one after, whole.
  ///
  /// - Returns: true if it is the one after.
  func check(_ world: CrashWorld, _ place: String) async throws -> Bool {
    try #require(try world.integrity() == "ok", "\(place)")
    try #require(try world.tornAuditLines() == [], "\(place)")
    let view = try await world.view()
    let isBefore = view.normal == before.normal
    try #require(isBefore || view.normal == first.view.normal, "\(place): \(view)")
    try #require([before.events, first.view.events].contains(view.events), "\(place): \(view)")
    return !isBefore
  }

  /// Interrupts the command before a call, and checks the same; a sync also notes in its history that it was.
  ///
  /// - Returns: the exit code.
  func interrupt(_ world: CrashWorld, at call: Int, _ signal: Int32) async throws -> Int32 {
    let answer = try await disturbed(world, at: call, signal)
    let place = "\(world.row.testDescription), call \(call + 1), \(name(of: call)): \(answer)"
    // The very first calls come before a signal is caught; then it ends the process as usual.
    try #require([0, 130, -signal].contains(answer.code), "\(place)")
    try #require(try world.integrity() == "ok", "\(place)")
    let core = try await world.view().core
    let isBefore = core == before.core
    try #require(isBefore || core == first.view.core, "\(place)")
    try #require(!isBefore || answer.code != 0 || before.core == first.view.core, "\(place)")
    let next = try await Self.end(world)
    try #require(next.code == (isBefore ? first : second).code, "\(place): \(next)")
    try #require(next.view.core == (isBefore ? first : second).view.core, "\(place): \(next)")
    try #require(next.files == (isBefore ? first : second).files, "\(place): \(next.files)")
    return answer.code
  }

  private func disturbed(
    _ world: CrashWorld, at call: Int, _ signal: Int32
  ) async throws -> RunTenantctl.Answer {
    try world.reset()
    try await Task.sleep(for: world.row.pause)
    var shim = try FaultShim(below: world.installation.folder.path(""))
    shim.act(.signal(signal), at: call + 1)
    return try await world.run(shim)
  }
}
