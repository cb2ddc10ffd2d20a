internal import ArgumentParser

/// `tenantctl plugins`: matchers and exporters.
struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, describe, check and make matchers and exporters.",
    discussion: """
      Example:
        tenantctl plugins list

      Exit codes: see the --help of each command.
      """,
    subcommands: [
      PluginsList.self, PluginsShow.self, PluginsCheck.self, PluginsNew.self, PluginsSeal.self,
    ])
}
