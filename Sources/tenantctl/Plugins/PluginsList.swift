internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl plugins list`.
struct PluginsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all matchers and exporters, built-in and outside alike.",
    discussion: """
      Example:
        tenantctl plugins list

      Exit codes: 0 done, 74 the answer could not be written.
      """)

  @Option(help: ArgumentHelp("table or json.", valueName: "form")) var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    let facts = global.plugins.descriptions { $0.atTerminal(tenant: nil) }
    switch output {
    case .table: try StandardStreams.write(table(facts))
    case .json: try StandardStreams.write(AnswerEncoder.text(facts))
    }
  }

  private func table(_ facts: [PluginAnswer]) -> String {
    // A narrow terminal has no room for hashes; 'plugins show' has them whole.
    let hasHashes = Terminal.width.map { $0 >= Self.widthWithHashes } ?? true
    let hash = hasHashes ? ["SHA-256"] : []
    var table = TextTable(["Name", "Kind", "Version", "State"] + hash + ["Origin", "Does"])
    for plugin in facts {
      let digits = plugin.sha256.map { $0.prefix(12) + "…" } ?? ""
      table.add(
        [plugin.name, plugin.kind ?? "", plugin.version ?? "", plugin.state]
          + (hasHashes ? [digits] : []) + [plugin.origin, plugin.summary ?? ""])
    }
    let style = global.style
    let lines = table.lines(width: Terminal.width, style: style)
    return (lines + refusals(facts)).map { $0 + "\n" }.joined()
  }

  private static let widthWithHashes = 140

  /// Why plugins are refused, in full: the remedy is in it.
  private func refusals(_ facts: [PluginAnswer]) -> [String] {
    facts.filter { $0.refusal != nil }.flatMap { plugin in
      ["", "\(DisplayText.safe(plugin.name)), in \(DisplayText.safe(plugin.origin)), is refused:"]
        + (plugin.refusal ?? "").split(separator: "\n").map { "  \(DisplayText.safe($0))" }
    }
  }
}
