internal import ArgumentParser
internal import Foundation
internal import PluginContract
internal import Workbench

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
    let facts = PluginFacts.all(global.workbench.plugins)
    switch output {
    case .table: try StandardStreams.write(table(facts))
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try StandardStreams.write(Array(try encoder.encode(facts)) + [UInt8(ascii: "\n")])
    }
  }

  private func table(_ facts: [PluginFacts]) -> String {
    var table = TextTable(["Name", "Kind", "Version", "State", "SHA-256", "Origin", "Does"])
    for plugin in facts {
      table.add([
        plugin.name, plugin.kind ?? "", plugin.version ?? "", plugin.state,
        plugin.sha256.map { $0.prefix(12) + "…" } ?? "", plugin.origin,
        plugin.refusal ?? plugin.summary ?? "",
      ])
    }
    let style = global.style
    return table.lines(width: Terminal.width, style: style).joined(separator: "\n") + "\n"
  }
}
