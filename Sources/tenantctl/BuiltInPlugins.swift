internal import CSVExporter
internal import CompositeMatcher
internal import EmployeeIDMatcher
internal import JSONExporter
internal import LoginMatcher
internal import NameMatcher
internal import PluginContract
internal import SMTPMatcher
internal import UserNameMatcher

/// The one list of the plugins that are linked into the program.
enum BuiltInPlugins {
  static let matchers = [
    loginMatcher, smtpMatcher, employeeIDMatcher, nameMatcher, userNameMatcher, compositeMatcher,
  ]
  static let exporters = [csvExporter, jsonExporter, ndjsonExporter]

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

  private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }
}
