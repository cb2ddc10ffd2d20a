internal import Administration
internal import ArgumentParser
internal import PluginTesting
internal import TenantCore

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
    let check = try await global.plugins.check(folder: folder) { $0.atTerminal(tenant: nil) }
    let broken = check.broken
    var lines = check.verdicts.flatMap(Self.lines)
    lines.append("\(check.verdicts.count - broken) rules kept, \(broken) broken")
    try StandardStreams.write(lines.map { DisplayText.safe($0) + "\n" }.joined())
    guard broken == 0 else {
      throw Failure(.internalFailure, "the plugin '\(check.name)' breaks \(broken) of its rules")
    }
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
