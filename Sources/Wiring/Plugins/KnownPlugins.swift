internal import Foundation
package import PluginContract
package import PluginHost
package import TenantCore

/// All plugins that a command can name: those that are linked in and those that lie outside, alike.
package struct KnownPlugins: Sendable {
  /// The outside ones.
  package let catalog: PluginCatalog

  /// Looks for plugins.
  ///
  /// - Parameter folder: a folder beside the usual ones; nil for none.
  package init(folder: String?) {
    let places = PluginPlaces(
      folder: folder, environment: ProcessInfo.processInfo.environment)
    catalog = PluginCatalog(places, builtIn: BuiltInPlugins.names)
  }

  // MARK: - Matchers

  /// What a tenant file may name.
  package var matcherDeclarations: [MatcherDeclaration] {
    BuiltInPlugins.matchers.map(\.declaration) + usable.compactMap(\.manifest?.matcherDeclaration)
  }

  /// The names of outside plugins that are refused and may be matchers: a tenant file may name them,
  /// and whoever starts one is told why it is refused.
  package var refusedMatchers: Set<String> {
    Set(
      refused.filter { plugin in
        plugin.hasPlainName && plugin.manifest?.exporterDeclaration == nil
      }.map(\.name))
  }

  /// The matchers that would be started as they lie there, programs and all, and why each other one
  /// would not.
  package func checkedMatchers() -> (declarations: [MatcherDeclaration], refusals: [PluginError]) {
    var declarations = BuiltInPlugins.matchers.map(\.declaration)
    var refusals: [PluginError] = []
    for plugin in catalog.plugins where plugin.manifest?.exporterDeclaration == nil {
      do throws(PluginError) {
        _ = try plugin.program()
        if let matcher = plugin.manifest?.matcherDeclaration { declarations.append(matcher) }
      } catch {
        refusals.append(error)
      }
    }
    return (declarations, refusals)
  }

  /// A tenant's matcher, with its strategies if it combines others. Waits for outside plugins.
  ///
  /// - Throws: an option's error; the tenant file's reader knows its type, not what it means.
  package func matcher(of tenant: Tenant, in run: PluginRun) throws -> any Matcher {
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
    _ strategy: Matching.Strategy, in run: PluginRun, place: String,
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
  package func matcher(named name: String, in run: PluginRun) throws -> MatcherPlugin {
    if let plugin = BuiltInPlugins.matchers.first(where: { $0.declaration.name == name }) {
      return plugin
    }
    if let plugin = catalog.plugin(named: name) {
      if let matcher = plugin.matcher(in: run) { return matcher }
      _ = try plugin.program()
    }
    let known = matcherDeclarations.map(\.name).joined(separator: ", ")
    throw UnknownPlugin(description: "there is no matcher '\(name)'; known: \(known)")
  }

  // MARK: - Exporters

  /// What `--format` may name.
  package var exporterDeclarations: [ExporterDeclaration] {
    BuiltInPlugins.exporters.map(\.declaration)
      + usable.compactMap(\.manifest?.exporterDeclaration)
  }

  /// What an exporter says of itself.
  package func exporterDeclaration(named name: String) throws -> ExporterDeclaration {
    if let declaration = exporterDeclarations.first(where: { $0.name == name }) {
      return declaration
    }
    if let plugin = catalog.plugin(named: name), plugin.refusal != nil { _ = try plugin.program() }
    let known = exporterDeclarations.map(\.name).joined(separator: ", ")
    throw UnknownPlugin(
      description:
        "there is no format '\(name)'; known: \(known). An outside one must be in a plugins folder",
      remedy: .showPlugins)
  }

  /// An exporter plugin by its name.
  package func exporter(named name: String, in run: PluginRun) throws -> ExporterPlugin {
    if let plugin = BuiltInPlugins.exporters.first(where: { $0.declaration.name == name }) {
      return plugin
    }
    let declaration = try exporterDeclaration(named: name)
    guard let exporter = catalog.plugin(named: name)?.exporter(in: run) else {
      throw UnknownPlugin(description: "'\(declaration.name)' is not an exporter")
    }
    return exporter
  }

  private var usable: [InstalledPlugin] { catalog.plugins.filter { $0.refusal == nil } }
  private var refused: [InstalledPlugin] { catalog.plugins.filter { $0.refusal != nil } }
}

extension InstalledPlugin {
  /// The plugin as one that is linked in would be; nil if it is no matcher or refused.
  package func matcher(in run: PluginRun) -> MatcherPlugin? {
    guard refusal == nil, let declaration = manifest?.matcherDeclaration else { return nil }
    return MatcherPlugin(declaration) { try run.matcher(self, $0) }
  }

  /// The plugin as one that is linked in would be; nil if it is no exporter or refused.
  package func exporter(in run: PluginRun) -> ExporterPlugin? {
    guard refusal == nil, let declaration = manifest?.exporterDeclaration else { return nil }
    return ExporterPlugin(declaration) { try run.exporter(self) }
  }
}

/// A name that no plugin has, or that a plugin of the other kind has.
package struct UnknownPlugin: Error, Sendable, CustomStringConvertible {
  /// The name, and the known ones.
  package let description: String
  private let remedy: Remedy?

  init(description: String, remedy: Remedy? = nil) {
    self.description = description
    self.remedy = remedy
  }
}

extension UnknownPlugin: ClassifiedError {
  package var failure: Failure { Failure(.usage, description, remedy: remedy) }
}

/// An option whose value makes no sense to a tenant's matcher.
package struct MatcherOptionError: Error, Sendable, CustomStringConvertible {
  /// Where the tenant file names the matcher, the option, and what is wrong.
  package let description: String
}

extension MatcherOptionError: ClassifiedError {
  package var failure: Failure { Failure(.configuration, description) }
}
