internal import ArgumentParser
internal import Foundation

/// The tenants that a command is about: named, or all that the actor may administer.
struct TenantSelection: ParsableArguments {
  @Argument(help: "Names of tenants.", completion: .custom { _, _, _ in TenantNames.here() })
  var tenants: [String] = []

  @Flag(help: "All tenants that you may administer.")
  var all = false

  func validate() throws {
    guard all != tenants.isEmpty else { return }
    throw ValidationError(
      all ? "name tenants, or --all, not both" : "name a tenant, or --all for all of them")
  }

  /// True if more than one tenant may be meant.
  var isSeveral: Bool { all || tenants.count > 1 }

  /// The names, each once, in order; broken files of `--all` are among them and fail later.
  func names(_ workbench: Workbench) throws -> [String] {
    if all { return try workbench.administered().map(\.name) }
    var seen: Set<String> = []
    return tenants.filter { seen.insert($0).inserted }
  }
}

/// Names for shell completion; none where the folder cannot be read.
enum TenantNames {
  static func here() -> [String] {
    let folder = GlobalOptions.variable("TENANTCTL_TENANTS") ?? "tenants"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }
}

/// Does the same for several tenants: all are tried, the highest code counts.
enum SeveralTenants {
  /// - Parameter body: gives the text to print for one tenant.
  static func each(
    _ names: [String], jobs: Int, workbench: Workbench,
    _ body: @escaping @Sendable (String) async throws -> String
  ) async throws {
    var failures: [CommandFailure] = []
    try await withThrowingTaskGroup(of: (Int, Result<String, CommandFailure>).self) { group in
      var waiting = names.enumerated().makeIterator()
      var answers: [Int: Result<String, CommandFailure>] = [:]
      var printed = 0
      for _ in 0..<max(1, jobs) {
        if let (index, name) = waiting.next() {
          group.addTask { (index, await attempt(name, body)) }
        }
      }
      while let (index, result) = try await group.next() {
        answers[index] = result
        if let (index, name) = waiting.next() {
          group.addTask { (index, await attempt(name, body)) }
        }
        while let result = answers.removeValue(forKey: printed) {
          failures += try report(result, names[printed], isSeveral: names.count > 1)
          printed += 1
        }
      }
    }
    guard let worst = failures.max(by: { $0.code.rawValue < $1.code.rawValue }) else {
      if names.count > 1 { workbench.notes.say("\(names.count) tenants: all done") }
      return
    }
    guard names.count > 1 else { throw worst }
    workbench.notes.say(
      "\(names.count) tenants: \(names.count - failures.count) done, \(failures.count) failed")
    throw CommandFailure(worst.code, "")
  }

  private static func attempt(
    _ name: String, _ body: @Sendable (String) async throws -> String
  ) async -> Result<String, CommandFailure> {
    do {
      try Task.checkCancellation()
      return .success(try await body(name))
    } catch {
      return .failure(CommandFailure(error))
    }
  }

  private static func report(
    _ result: Result<String, CommandFailure>, _ name: String, isSeveral: Bool
  ) throws -> [CommandFailure] {
    switch result {
    case .success(let text):
      try StandardStreams.write(text)
      return []
    case .failure(let failure):
      if isSeveral {
        let named = CommandFailure(failure.code, "\(name): \(failure.message)")
        StandardStreams.report(named, asJSON: false)
      }
      return [failure]
    }
  }
}
