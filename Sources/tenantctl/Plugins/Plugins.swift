internal import ArgumentParser

/// `tenantctl plugins`: matchers and exporters.
struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and describe matchers and exporters.",
    subcommands: [PluginsList.self, PluginsShow.self])
}
