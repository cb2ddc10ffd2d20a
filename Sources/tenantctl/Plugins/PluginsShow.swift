internal import Administration
internal import ArgumentParser
internal import Logging
internal import OperatingSystem
internal import PluginContract
internal import PluginHost
internal import TenantCore
internal import Wiring

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
    let workbench = global.workbench
    let plugins = workbench.plugins
    guard let facts = PluginFacts.all(plugins).first(where: { $0.name == name }) else {
      let known = PluginFacts.all(plugins).map(\.name)
      throw Failure(
        .notAvailable, "there is no plugin '\(name)'; known: \(known.joined(separator: ", "))")
    }
    var page = PluginPage(facts)
    // What can be said of a refused plugin is said before its refusal ends the command.
    guard facts.refusal == nil else {
      try StandardStreams.write(page.text)
      throw Failure(.internalFailure, "plugin '\(name)': \(facts.refusal ?? "")")
    }
    if let exporter = plugins.exporterDeclarations.first(where: { $0.name == name }) {
      page.add(exporter)
    } else {
      let run = PluginRun(limits: global.installation.pluginLimits, logger: workbench.logger)
      let (name, plugin) = (name, try plugins.matcher(named: name, in: run))
      do {
        let reads = try await run.use { try await OwnThread.run { try MatcherReads(plugin) } }
        page.add(plugin.declaration, reads, name: name)
      } catch let error as OptionError {
        throw Failure(
          .internalFailure, "plugin '\(name)' refuses the default of its own \(error)")
      }
    }
    try StandardStreams.write(page.text)
  }
}

/// What a matcher reads with its options' defaults; nil for one that combines others.
struct MatcherReads: Sendable {
  var attributes: [String] = []
  var fields: [String] = []
  var codes: [String] = []

  init?(_ plugin: MatcherPlugin) throws {
    guard !plugin.declaration.takesStrategies else { return nil }
    let options = OptionValues(declared: plugin.declaration.options)
    let matcher = try plugin.make(
      MatcherContext(directories: [DirectoryIdentity(domain: "EXAMPLE")], options: options))
    attributes = matcher.attributes
    fields = matcher.fields.map(\.rawValue)
    codes = matcher.rules.filter { $0.strength == .exact }.map(\.code)
  }
}
