internal import CSVExporter
internal import CompositeMatcher
internal import EmployeeIDMatcher
internal import HTMLExporter
internal import JSONExporter
internal import LoginMatcher
internal import NameMatcher
internal import PluginContract
internal import SMTPMatcher
internal import TenantCore
internal import UserNameMatcher

/// The one list of the plugins that are linked into the program.
enum BuiltInPlugins {
  static let matchers = [
    loginMatcher, smtpMatcher, employeeIDMatcher, nameMatcher, userNameMatcher, compositeMatcher,
  ]
  static let exporters = [csvExporter, jsonExporter, ndjsonExporter, htmlExporter]

  static func matcher(named name: String) throws -> MatcherPlugin {
    guard let plugin = matchers.first(where: { $0.declaration.name == name }) else {
      throw CommandFailure(
        .usage, "there is no matcher '\(name)'; known: \(names(matchers.map(\.declaration.name)))")
    }
    return plugin
  }

  static func exporter(named name: String) throws -> ExporterPlugin {
    guard let plugin = exporters.first(where: { $0.declaration.name == name }) else {
      throw CommandFailure(
        .usage, "there is no format '\(name)'; known: \(names(exporters.map(\.declaration.name)))")
    }
    return plugin
  }

  /// A tenant's matcher, with its strategies if it combines others.
  ///
  /// - Throws: an option's error; the tenant file's reader knows its type, not what it means.
  static func matcher(of tenant: Tenant) throws -> any Matcher {
    let matching = tenant.matching
    let directories = tenant.directories.map(\.identity)
    let strategies = try matching.strategies.map {
      try make(
        $0, MatcherContext(directories: directories, options: options(of: $0)))
    }
    return try make(
      matching.matcher,
      MatcherContext(
        directories: directories, options: options(of: matching.matcher), strategies: strategies,
        mode: matching.mode))
  }

  private static func options(of strategy: Matching.Strategy) throws -> OptionValues {
    let plugin = try matcher(named: strategy.matcher)
    return OptionValues(strategy.options, declared: plugin.declaration.options)
  }

  private static func make(
    _ strategy: Matching.Strategy, _ context: MatcherContext
  ) throws -> any Matcher {
    try matcher(named: strategy.matcher).make(context)
  }

  private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }
}
