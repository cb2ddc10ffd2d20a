import Foundation
import Harness
import PluginContract
import PluginHost

/// A Python plugin in a folder of its own, and a run that uses it.
final class HostedPlugin: Sendable {
  let folder: PluginFolder
  let log = RecordingLog()
  let run: PluginRun
  let plugin: InstalledPlugin

  init(
    _ python: PythonPlugin = PythonPlugin(), manifest: String = "",
    limits: PluginLimits = PluginLimits(), pins: [String: String] = [:]
  ) throws {
    folder = try PluginFolder()
    plugin = InstalledPlugin(folder: try folder.add(python, manifest: manifest))
    run = PluginRun(limits: limits, logger: log.logger, pins: pins)
  }

  /// Limits under which a plugin that hangs is soon found out.
  static var impatient: PluginLimits {
    var limits = PluginLimits()
    limits.startTime = .seconds(2)
    limits.answerTime = .seconds(1)
    return limits
  }

  static func context(_ options: [String: OptionValue] = [:]) -> MatcherContext {
    MatcherContext(
      directories: [DirectoryIdentity(domain: "ACME")],
      options: OptionValues(["word": .string("none")].merging(options) { $1 }))
  }

  /// The plugin's matcher.
  func matcher(_ options: [String: OptionValue] = [:]) throws -> any Matcher {
    try run.matcher(plugin, Self.context(options))
  }

  /// Makes a matcher and asks it about three records of the directory.
  @discardableResult
  func ask(_ purpose: KeyPurpose = .candidates) throws -> KeyBatch {
    try matcher().keys(for: Batches.directory, side: .directory, purpose: purpose)
  }

  /// Writes a whole file of three rows.
  func export() throws -> [UInt8] {
    var exporter = try run.exporter(plugin)
    var file = try exporter.begin(Batches.header)
    file += try exporter.write(Batches.rows(["a", "b", "c"]))
    try exporter.end(ExportSummary()) { file += $0 }
    return file
  }

  /// What is left of the plugin once the run is closed; empty if all is as it must be.
  var remains: [String] {
    run.close()
    let started = log.entries.compactMap { entry in
      entry.metadata["process"].map { (process: $0, folder: entry.metadata["folder"] ?? "") }
    }
    let processes = Processes.with(argument: folder.marker).map { "process \($0)" }
    let zombies = started.filter { Int32($0.process).map(Processes.exists) ?? true }
    let folders = started.map(\.folder).filter { FileManager.default.fileExists(atPath: $0) }
    return processes + zombies.map { "zombie \($0.process)" } + folders
  }
}

/// Small batches and files.
enum Batches {
  /// Three users of a directory: `alice`, `bobby`, `carol`.
  static var directory: RecordBatch {
    batch(["alice", "bobby", "carol"], of: "sAMAccountName", directory: 0)
  }

  /// Users with one value each in one column.
  static func batch(_ values: [String], of column: String, directory: Int?) -> RecordBatch {
    var builder = RecordBatchBuilder(text: [column], directory: directory)
    for value in values {
      builder.append(Array(value.utf8), to: 0)
      builder.endRecord()
    }
    return builder.finish()
  }

  static var header: ExportHeader {
    ExportHeader(
      tenant: "acme", run: 1, startedAt: "2026-01-01T00:00:00Z",
      completedAt: "2026-01-01T00:00:01Z", live: false, countsByState: [("linked", 3)], matched: 3,
      notMatched: 0, columns: [.activeDirectoryLogin])
  }

  static func rows(_ logins: [String]) -> RowBatch {
    var rows = RowBatch(columns: [.activeDirectoryLogin])
    for login in logins { rows.appendRow { _ in [login] } }
    return rows
  }
}
