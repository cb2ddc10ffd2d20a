internal import ArgumentParser

/// `tenantctl plugins`: matchers and exporters.
struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, describe, check and make matchers and exporters.",
    discussion: """
      Example:
        tenantctl plugins list

      Each has its own exit codes: see its --help.
      """,
    subcommands: [
      PluginsList.self, PluginsShow.self, PluginsCheck.self, PluginsNew.self, PluginsSeal.self,
    ])
}
