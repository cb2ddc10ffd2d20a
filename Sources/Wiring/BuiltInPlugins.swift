internal import CSVExporter
internal import CompositeMatcher
internal import EmployeeIDMatcher
internal import HTMLExporter
internal import JSONExporter
internal import LoginMatcher
internal import NameMatcher
package import PluginContract
internal import SMTPMatcher
internal import UserNameMatcher

/// The one list of the plugins that are linked into the programs.
package enum BuiltInPlugins {
  /// The matchers.
  package static let matchers = [
    loginMatcher, smtpMatcher, employeeIDMatcher, nameMatcher, userNameMatcher, compositeMatcher,
  ]
  /// The exporters.
  package static let exporters = [csvExporter, jsonExporter, ndjsonExporter, htmlExporter]

  /// What `--output json` is written by.
  package static let document = jsonExporter

  /// The names of all, which no outside plugin may have.
  package static let names = Set(
    matchers.map(\.declaration.name) + exporters.map(\.declaration.name))
}
