internal import Administration
internal import ArgumentParser
internal import TenantCore
internal import Wiring

/// `tenantctl store check`.
struct StoreCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the store: versions, clocks, settings, and who may see what.",
    discussion: """
      It changes nothing, and opens no tenant. Run it on each host, as the user and with the options \
      of the programs.

      Examples:
        tenantctl store check
        tenantctl store check --store postgresql://db1,db2/tenantctl --output json

      Exit codes: 0 all is well, 64 usage, 74 something is not, or the store cannot be reached.
      """)

  @Option(help: "The output format.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let found = try await global.dependencies.storeCare.examine()
    try StandardStreams.write(
      output == .json ? AnswerEncoder.text(found) : Self.text(of: found, global.style))
    guard !found.isFine else { return }
    let count = found.problems.count
    let what = count == 1 ? "1 thing is" : "\(count) things are"
    throw Failure(
      .storeFailure, output == .json ? "" : "\(what) not as it should be in \(found.store)")
  }

  private static func text(of found: StoreExamination, _ style: TextStyle) -> String {
    var table = TextTable(["Checked", "", "Found"])
    for finding in found.findings {
      table.add([finding.subject, finding.remedy == nil ? "ok" : "problem", finding.found])
    }
    var lines = table.lines(width: Terminal.width, style: style)
    for problem in found.problems {
      let remedy =
        problem.needsPreparation
        ? "run 'tenantctl store init' of this version, as the owner of the tables" : problem.remedy
      lines += [
        "", style.bold(DisplayText.safe(problem.subject)), "  \(DisplayText.safe(remedy ?? ""))",
      ]
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
