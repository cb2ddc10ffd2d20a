import Foundation
import Harness
import Testing

/// `kill -9`, SIGINT and SIGTERM before any call to the system. By default the first calls of each kind and some others; all calls of
/// all commands with `TENANTCTL_CRASH_INSTANTS=all`, n more of each with a number, seeded by `TENANTCTL_CRASH_SEED`.
@Suite("Killed at any call", .serialized, .timeLimit(.minutes(30)))
struct CrashTests {
  @Test(
    "with kill -9, the run before or after stands, whole, and the next completes",
    arguments: CrashRow.all)
  func killed(row: CrashRow) async throws {
    try await eachInstant(of: row) { world, reference, call in
      let name = reference.name(of: call)
      let fault = Fault(
        .machine, "kill -9: \(row.testDescription), before call \(call + 1), \(name)")
      let isAfter = try await reference.kill(world, at: call)
      fault.survived("the state \(isAfter ? "after" : "before"), and the next run gives the same")
    }
  }

  @Test(
    "with SIGINT or SIGTERM, it ends with 130 or is done, and the next completes",
    arguments: CrashRow.all)
  func interrupted(row: CrashRow) async throws {
    try await eachInstant(of: row, oneOf: 3) { world, reference, call in
      let number = call % 2 == 0 ? SIGINT : SIGTERM
      let fault = Fault(
        .machine,
        "\(number == SIGINT ? "SIGINT" : "SIGTERM"): \(row.testDescription), "
          + "before call \(call + 1), \(reference.name(of: call))")
      let code = try await reference.interrupt(world, at: call, number)
      fault.survived("exit \(code), the state before or after, and the next run completes")
    }
  }

  /// Two installations, as there are processors; each does every second instant.
  ///
  /// - Parameter oneOf: only every so many of the first calls of a kind, to keep `make test` short.
  private func eachInstant(
    of row: CrashRow, oneOf divisor: Int = 1,
    _ body: @escaping @Sendable (CrashWorld, CrashReference, Int) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in 0..<2 {
        group.addTask {
          let world = try await CrashWorld(row)
          let reference = try await CrashReference(world)
          let instants = CrashInstants(reference.calls, oneOf: divisor)
          for call in instants.calls where call % 2 == part {
            try await body(world, reference, call)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

/// The calls before which something happens: the first of each kind, which begin the phases of a command, and, if
/// wanted, others that a seed picks.
struct CrashInstants {
  let calls: [Int]

  init(_ all: [FaultShim.Call], oneOf divisor: Int) {
    let environment = ProcessInfo.processInfo.environment
    let wanted = environment["TENANTCTL_CRASH_INSTANTS"]
    if wanted == "all" {
      calls = Array(all.indices)
      return
    }
    var seen: Set<String> = []
    // Each message to a database is another kind of its own.
    let first = all.indices.filter {
      let kind = all[$0].name + CrashReference.kind(of: all[$0].path)
      return all[$0].name == "send" || seen.insert(kind).inserted
    }
    var chosen = Set(first.enumerated().filter { $0.offset % divisor == 0 }.map(\.element))
    var random = SeededGenerator(
      seed: environment["TENANTCTL_CRASH_SEED"].flatMap(UInt64.init) ?? 1)
    let rest = all.indices.filter { !chosen.contains($0) }.shuffled(using: &random)
    chosen.formUnion(rest.prefix(wanted.flatMap(Int.init) ?? (divisor == 1 ? 2 : 0)))
    calls = chosen.sorted()
  }
}
