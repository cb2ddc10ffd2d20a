import Foundation
import Harness
import Synchronization

/// What `/proc` showed of processes and of those that they had started.
final class ProcessSamples: Sendable {
  private struct Kept {
    var arguments: Set<Data> = []
    /// Of those that were started: the administrator put a variable into the program's own.
    var environments: Set<Data> = []
  }

  private let kept = Mutex(Kept())

  /// Samples a program until it ends.
  func during(_ run: RunTenantctl.Started) async throws -> RunTenantctl.Answer {
    async let answer = run.answer()
    while Processes.exists(run.id), !Self.isZombie(run.id) {
      take(run.id)
      try await Task.sleep(for: .milliseconds(5))
    }
    return try await answer
  }

  func take(_ process: Int32) {
    for id in Self.family(of: process) {
      let arguments = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
      let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ") ?? Data()
      // Between fork and exec a child is its parent still; a password command has the environment.
      let isOwn =
        id == process
        || ["--log-level", "tenants/command"].contains {
          arguments.range(of: Data($0.utf8)) != nil
        }
      kept.withLock { kept in
        kept.arguments.insert(arguments)
        if !isOwn { kept.environments.insert(environment) }
      }
    }
  }

  func arguments(holding text: String) -> [String] { Self.texts(kept.withLock(\.arguments), text) }

  func environments(holding text: String) -> [String] {
    Self.texts(kept.withLock(\.environments), text)
  }

  private static func texts(_ data: Set<Data>, _ text: String) -> [String] {
    data.filter { $0.range(of: Data(text.utf8)) != nil }.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func family(of process: Int32) -> [Int32] {
    let path = "/proc/\(process)/task"
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let children = tasks.flatMap { task in
      (try? String(contentsOfFile: "\(path)/\(task)/children", encoding: .utf8))?
        .split(separator: " ").compactMap { Int32($0) } ?? []
    }
    return [process] + children.flatMap(family)
  }

  private static func isZombie(_ process: Int32) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.contains(") Z ") ?? true
  }
}
