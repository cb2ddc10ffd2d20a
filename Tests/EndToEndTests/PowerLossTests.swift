import Foundation
import Harness
import Testing

/// What is left if the power fails: before the answer the state before or after, from the answer on the state after.
@Suite(
  "Loss of power", .serialized, .timeLimit(.minutes(30)),
  .sqliteOnly("what a disk keeps; a server has its own"))
struct PowerLossTests {
  /// What the disk keeps of what was not synced.
  enum Rest: CaseIterable {
    case nothing, anyHalf, anyThird

    func survives(_ random: inout SeededGenerator) -> Bool {
      switch self {
      case .nothing: false
      case .anyHalf: Bool.random(using: &random)
      case .anyThird: Int.random(in: 0..<3, using: &random) == 0
      }
    }
  }

  private static let tops = ["state", "home"]

  @Test(
    "what was said to be done is on the disk, whatever else the disk lost", arguments: CrashRow.all)
  func lost(row: CrashRow) async throws {
    let world = try await CrashWorld(row)
    let reference = try await CrashReference(world)
    try world.reset()
    var disk = try PowerLossDisk(world.installation, Self.tops)
    let (calls, data) = try await recorded(world)
    let answered = calls.firstIndex { $0.path == "/stdout" } ?? calls.count
    var random = SeededGenerator(seed: 7)
    var place = 0
    for (index, call) in calls.enumerated() {
      let cut = call.name == "sync" || index == answered
      if cut { try await fail(world, reference, disk, at: index, call, index >= answered, &random) }
      disk.apply(call, data.subdata(in: place..<(place + (call.name == "write" ? call.length : 0))))
      if call.name == "write" { place += call.length }
    }
    try await fail(world, reference, disk, at: calls.count, nil, true, &random)
  }

  private func recorded(_ world: CrashWorld) async throws -> ([FaultShim.Call], Data) {
    let folder = world.installation.folder
    let files = ["calls.log", "calls.data"].map { folder.path($0) }
    for file in files { try? FileManager.default.removeItem(atPath: file) }
    let answer = try await world.run(
      FaultShim(below: folder.path(""), log: files[0], data: files[1]))
    try #require(answer.code == 0)
    return (try FaultShim.calls(in: files[0]), try Data(contentsOf: URL(filePath: files[1])))
  }

  private func fail(
    _ world: CrashWorld, _ reference: CrashReference, _ disk: PowerLossDisk, at index: Int,
    _ call: FaultShim.Call?, _ isAnswered: Bool, _ random: inout SeededGenerator
  ) async throws {
    for rest in Rest.allCases {
      let moment = call.map {
        "before call \(index + 1), \($0.name) \(CrashReference.kind(of: $0.path))"
      }
      let fault = Fault(
        .machine,
        "power lost: \(world.row.testDescription), \(moment ?? "at the end"), \(rest) kept")
      try disk.leave(in: world.installation, Self.tops) { rest.survives(&random) }
      let isAfter = try await reference.check(world, "\(moment ?? "at the end"), \(rest) kept")
      try #require(
        isAfter || !isAnswered, "\(moment ?? "at the end"), \(rest) kept: what was said is lost")
      fault.survived("the state \(isAfter ? "after" : "before")")
    }
  }
}
