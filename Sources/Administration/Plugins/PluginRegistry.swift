package import PluginContract
package import TenantCore

/// All plugins that a tenant file or a command can name: those that are linked in and those that lie
/// outside, alike.
package struct PluginRegistry: Sendable {
  /// The matchers that are linked in.
  let matchers: [MatcherPlugin]
  /// The exporters that are linked in.
  let exporters: [ExporterPlugin]
  /// What `--output json` is written by.
  package let document: ExporterPlugin
  /// Those that lie outside.
  let host: any PluginHosting

  /// Takes the plugins.
  ///
  /// - Parameter document: what machine-readable answers are written by.
  package init(
    matchers: [MatcherPlugin], exporters: [ExporterPlugin], document: ExporterPlugin,
    host: any PluginHosting
  ) {
    self.matchers = matchers
    self.exporters = exporters
    self.document = document
    self.host = host
  }

  /// The names of those that are linked in, which no outside plugin may have.
  package var builtInNames: Set<String> {
    Set(matchers.map(\.declaration.name) + exporters.map(\.declaration.name))
  }

  // MARK: - Matchers

  /// What a tenant file may name.
  package var matcherDeclarations: [MatcherDeclaration] {
    matchers.map(\.declaration) + usable.compactMap(\.matcher)
  }

  /// The names of outside plugins that are refused and may be matchers: a tenant file may name them,
  /// and whoever starts one is told why it is refused.
  package var refusedMatchers: Set<String> {
    Set(
      host.plugins.filter { $0.refusal != nil && $0.hasPlainName && $0.exporter == nil }
        .map(\.name))
  }

  /// The matchers that would be started as they lie there, programs and all, and why each other one
  /// would not.
  package func checkedMatchers() -> (declarations: [MatcherDeclaration], refusals: [Failure]) {
    var declarations = matchers.map(\.declaration)
    var refusals: [Failure] = []
    for plugin in host.plugins where plugin.exporter == nil {
      do {
        _ = try host.checkProgram(of: plugin)
        if let matcher = plugin.matcher { declarations.append(matcher) }
      } catch {
        refusals.append(Failure(error))
      }
    }
    return (declarations, refusals)
  }

  /// A tenant's matcher, with its strategies if it combines others. Waits for outside plugins.
  ///
  /// - Throws: an option's error; the tenant file's reader knows its type, not what it means.
  func matcher(of tenant: Tenant, in run: any PluginRunning) throws -> any Matcher {
    let matching = tenant.matching
    let directories = tenant.directories.map(\.identity)
    let strategies = try matching.strategies.enumerated().map { number, strategy in
      try make(
        strategy, in: run, place: "\(tenant.name).yaml: matching.strategies, entry \(number + 1)"
      ) {
        MatcherContext(directories: directories, options: $0)
      }
    }
    return try make(matching.matcher, in: run, place: "\(tenant.name).yaml: matching") {
      MatcherContext(
        directories: directories, options: $0, strategies: strategies, mode: matching.mode)
    }
  }

  /// Makes a matcher with its options.
  ///
  /// - Parameter place: where the tenant file names it.
  private func make(
    _ strategy: Matching.Strategy, in run: any PluginRunning, place: String,
    _ context: (OptionValues) -> MatcherContext
  ) throws -> any Matcher {
    let plugin = try matcher(named: strategy.matcher, in: run)
    do {
      let declared = plugin.declaration.options
      return try plugin.make(context(OptionValues(strategy.options, declared: declared)))
    } catch let error as OptionError {
      throw MatcherOptionError(
        description: "\(place): the matcher '\(strategy.matcher)': \(error)")
    }
  }

  /// A matcher plugin by its name.
  func matcher(named name: String, in run: any PluginRunning) throws -> MatcherPlugin {
    if let plugin = matchers.first(where: { $0.declaration.name == name }) { return plugin }
    if let plugin = outside(name) {
      if plugin.refusal == nil, let declaration = plugin.matcher {
        return MatcherPlugin(declaration) { try run.matcher(plugin, $0) }
      }
      _ = try host.checkProgram(of: plugin)
    }
    let known = matcherDeclarations.map(\.name).joined(separator: ", ")
    throw UnknownPlugin(description: "there is no matcher '\(name)'; known: \(known)")
  }

  // MARK: - Exporters

  /// What `--format` may name.
  var exporterDeclarations: [ExporterDeclaration] {
    exporters.map(\.declaration) + usable.compactMap(\.exporter)
  }

  /// What an exporter says of itself.
  package func exporterDeclaration(named name: String) throws -> ExporterDeclaration {
    if let declaration = exporterDeclarations.first(where: { $0.name == name }) {
      return declaration
    }
    if let plugin = outside(name), plugin.refusal != nil { _ = try host.checkProgram(of: plugin) }
    let known = exporterDeclarations.map(\.name).joined(separator: ", ")
    throw UnknownPlugin(
      description:
        "there is no format '\(name)'; known: \(known). An outside one lies in a plugins folder",
      remedy: .showPlugins)
  }

  /// An exporter plugin by its name.
  func exporter(named name: String, in run: any PluginRunning) throws -> ExporterPlugin {
    if let plugin = exporters.first(where: { $0.declaration.name == name }) { return plugin }
    let declaration = try exporterDeclaration(named: name)
    guard let plugin = outside(name), plugin.refusal == nil, plugin.exporter != nil else {
      throw UnknownPlugin(description: "'\(declaration.name)' is no exporter")
    }
    return ExporterPlugin(declaration) { try run.exporter(plugin) }
  }

  // MARK: - Outside plugins

  /// The outside plugin of a name; of two that clash, the first, which is refused like the other.
  func outside(_ name: String) -> OutsidePlugin? { host.plugins.first { $0.name == name } }

  private var usable: [OutsidePlugin] { host.plugins.filter { $0.refusal == nil } }
}

/// A name that no plugin has, or that a plugin of the other kind has.
package struct UnknownPlugin: ClassifiedError, Sendable, CustomStringConvertible {
  /// The name, and the known ones.
  package let description: String
  private let remedy: Remedy?

  init(description: String, remedy: Remedy? = nil) {
    self.description = description
    self.remedy = remedy
  }

  package var failure: Failure { Failure(.usage, description, remedy: remedy) }
}

/// An option whose value makes no sense to a tenant's matcher.
package struct MatcherOptionError: ClassifiedError, Sendable, CustomStringConvertible {
  /// Where the tenant file names the matcher, the option, and what is wrong.
  package let description: String

  package var failure: Failure { Failure(.configuration, description) }
}
