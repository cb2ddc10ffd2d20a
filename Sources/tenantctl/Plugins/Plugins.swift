internal import ArgumentParser

/// `tenantctl plugins`: matchers and exporters.
struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and describe matchers and exporters.",
    discussion: """
      Example:
        tenantctl plugins list

      Each has its own exit codes: see its --help.
      """,
    subcommands: [PluginsList.self, PluginsShow.self])
}
