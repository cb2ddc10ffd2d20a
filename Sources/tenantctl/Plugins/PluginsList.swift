internal import ArgumentParser
internal import PluginContract

/// `tenantctl plugins list`.
struct PluginsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all matchers and exporters.",
    discussion: """
      Example:
        tenantctl plugins list

      Exit codes: 0 done, 74 the answer could not be written.
      """)

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    var table = TextTable(["Name", "Kind", "Version", "Origin", "Does"])
    for declaration in BuiltInPlugins.matchers.map(\.declaration) {
      table.add([
        declaration.name, "matcher", declaration.version, "built in", declaration.summary,
      ])
    }
    for declaration in BuiltInPlugins.exporters.map(\.declaration) {
      table.add([
        declaration.name, "exporter", declaration.version, "built in", declaration.summary,
      ])
    }
    let style = TextStyle(noColor: global.noColor)
    try StandardStreams.write(
      table.lines(width: Terminal.width, style: style).joined(separator: "\n") + "\n")
  }
}
