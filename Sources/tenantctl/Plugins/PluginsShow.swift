internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl plugins show`.
struct PluginsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Describe one matcher or exporter: options, what it reads, a sample.",
    discussion: """
      A matcher that lies outside is started, to ask what it reads.

      Example:
        tenantctl plugins show smtp

      Exit codes: 0 done, 66 no such plugin, 70 the plugin is refused or fails.
      """)

  @Argument(help: "The plugin's name.") var name: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let plugin = try await global.plugins.detail(of: name) { $0.atTerminal(tenant: nil) }
    try StandardStreams.write(PluginPage(plugin).text)
    // What can be said of a refused plugin is said before its refusal ends the command.
    if let refusal = plugin.answer.refusal {
      throw Failure(.internalFailure, "plugin '\(name)': \(refusal)")
    }
  }
}
