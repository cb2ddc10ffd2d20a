import Foundation

/// Lets a test choose the very call to the system at which something goes wrong, by a library that is put before the
/// C library (`LD_PRELOAD`): `Tests/FaultShim/fault-shim.c`. The product has no hooks for it, and a crash point is a
/// number, the same in each run, so that nothing depends on time.
package struct FaultShim: Sendable {
  /// What happens at the call.
  package enum Action: Sendable {
    /// The process gets a signal before the call.
    case signal(Int32)
    /// This call and all later ones that write end with an error.
    case writesFail(Int32)
  }

  private var variables: [String: String]

  /// A shim that counts the calls that concern files below a folder, and does nothing.
  ///
  /// - Parameter log: a file that gets a line a call.
  package init(below folder: String, log: String? = nil, data: String? = nil) throws {
    variables = [
      "LD_PRELOAD": try Self.library.get(), "FAULT_PROGRAM": "tenantctl",
      "FAULT_ROOT": folder.hasSuffix("/") ? String(folder.dropLast()) : folder,
    ]
    variables["FAULT_LOG"] = log
    variables["FAULT_DATA"] = data
  }

  /// Does something at a call, counted from 1.
  package mutating func act(_ action: Action, at call: Int) {
    variables["FAULT_AT"] = "\(call)"
    variables["FAULT_ACTION"] =
      switch action {
      case .signal(let number): "\(number)"
      case .writesFail(let number): "-\(number)"
      }
  }

  /// Sets the clock that the program sees.
  package mutating func setClock(forwardBy seconds: Int) { variables["FAULT_CLOCK"] = "\(seconds)" }

  /// Lets there be only so many threads beside the first.
  package mutating func limitThreads(to count: Int) { variables["FAULT_THREADS"] = "\(count)" }

  /// What to start the program with.
  package var environment: [String: String] { variables }

  /// The calls that a log tells of.
  package static func calls(in log: String) throws -> [Call] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(Call.init)
  }

  /// A call to the system.
  package struct Call: Sendable, Equatable {
    /// `open`, `create`, `empty`, `read`, `write`, `truncate`, `sync`, `lock`, `unlock`, `mkdir`, `rename`, `link` or
    /// `unlink`; `send` and `receive`, of a database.
    package let name: String
    /// Below the folder, with a slash at the beginning.
    package let path: String
    /// The new path of what is renamed or linked.
    package let newPath: String
    /// Where a write begins, or the length that a file is cut to.
    package let place: Int
    /// Of a write, in bytes.
    package let length: Int

    init(_ line: Substring) {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      name = parts.first ?? ""
      path = parts.dropFirst().first ?? ""
      newPath = parts.dropFirst(2).first ?? ""
      place = parts.dropFirst(3).first.flatMap(Int.init) ?? 0
      length = parts.dropFirst(4).first.flatMap(Int.init) ?? 0
    }
  }

  /// The library, built once for all tests of a process.
  private static let library = Result { try build() }

  private static func build() throws -> String {
    let source = RunTenantctl.repository.appending(path: "Tests/FaultShim/fault-shim.c").path
    let library = FileManager.default.temporaryDirectory.appending(
      path: "fault-shim-\(ProcessInfo.processInfo.processIdentifier).so"
    ).path
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = [
      "clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-Wno-nonnull", "-o", library, source,
    ]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else {
      throw CommandFailed(description: "clang does not compile \(source)")
    }
    return library
  }
}
