internal import Administration
internal import ArgumentParser
internal import Foundation
internal import OperatingSystem
internal import PluginContract
internal import PluginHost
internal import PluginTesting
internal import TenantCore
internal import Wiring

/// `tenantctl plugins check`.
struct PluginsCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Hold an outside plugin against the contract, rule by rule.",
    discussion: """
      Starts the program as a run would, with data that is ordinary, empty, hostile and large. It \
      cannot tell whether a matcher's keys are the right ones: try it with sync --dry-run and explain.

      Example:
        tenantctl plugins check ./mail-name

      Exit codes: 0 all rules are kept, 66 there is no such folder, 70 at least one rule is broken.
      """)

  @Argument(help: "The plugin's folder.", completion: .directory) var folder: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let logger = global.workbench.logger
    let trial = PluginTrial(
      folder: folder, builtIn: BuiltInPlugins.names, limits: global.installation.pluginLimits,
      logger: logger)
    guard FileManager.default.fileExists(atPath: folder) else {
      throw Failure(.notAvailable, "there is no folder '\(folder)'")
    }
    let verdicts = try await OwnThread.run { Self.verdicts(of: trial) }
    let broken = verdicts.filter { !$0.problems.isEmpty }.count
    var lines = verdicts.flatMap(Self.lines)
    lines.append("\(verdicts.count - broken) rules kept, \(broken) broken")
    try StandardStreams.write(lines.map { DisplayText.safe($0) + "\n" }.joined())
    guard broken == 0 else {
      throw Failure(
        .internalFailure, "the plugin '\(trial.plugin.name)' breaks \(broken) of its rules")
    }
  }

  private static func verdicts(of trial: PluginTrial) -> [ContractVerdict] {
    let own = trial.verdicts().map {
      let (problem, remedy) = ($0.problem, $0.remedy)
      return ContractVerdict(
        duty: $0.duty, problems: problem.map { [CommandRemedy.sentence($0, remedy)] } ?? [])
    }
    // Without a process that greets there is nothing to ask.
    guard own.prefix(2).allSatisfy(\.problems.isEmpty) else { return own }
    if let matcher = trial.matcher { return own + MatcherContractSuite(plugin: matcher).verdicts() }
    if let exporter = trial.exporter {
      return own + ExporterContractSuite(plugin: exporter).verdicts()
    }
    return own
  }

  private static let shownProblems = 3

  private static func lines(_ verdict: ContractVerdict) -> [String] {
    let mark = verdict.problems.isEmpty ? "kept  " : "BROKEN"
    var seen: Set<String> = []
    let problems = verdict.problems.flatMap { $0.split(separator: "\n").map(String.init) }
      .filter { seen.insert($0).inserted }
    let more = problems.count - shownProblems
    return ["\(mark)  \(verdict.duty)"]
      + problems.prefix(shownProblems).map { "          \($0)" }
      + (more > 0 ? ["          and \(more) more like it"] : [])
  }
}
