internal import Administration
internal import ArgumentParser
internal import PluginContract
internal import TenantCore

/// `tenantctl tenants schema`.
struct TenantsSchema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of tenant files, for completion and checks in editors.",
    discussion: """
      It has the options of every matcher that is known here, built-in and outside; outside \
      matchers that are refused are left out. Needs no permission in the tenants.

      Example:
        tenantctl tenants schema > tenants/tenant.schema.json

      Editors find it by a tenant file's first line:
        # yaml-language-server: $schema=tenant.schema.json

      Exit codes: 0 done, 74 the answer could not be written.
      """)

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    let notes = global.notes
    let (matchers, refusals) = global.plugins.checkedMatchers()
    for refusal in refusals {
      for line in refusal.message.split(separator: "\n") { notes.say("left out: \(line)") }
    }
    try StandardStreams.write(Self.text(matchers))
  }

  /// The part that is kept by hand, with what only the matchers know in its place.
  static func text(_ matchers: [MatcherDeclaration]) -> String {
    let schema = MatcherSchema(matchers: matchers, standard: Matching().matcher.matcher)
    let known: OrderedJSON = ["matching": schema.matching, "strategy": schema.strategy]
    let start = "\"$defs\": "
    return String(decoding: PackageResources.tenant_schema_json, as: UTF8.self).replacing(
      start + unknown.line, with: start + known.lines(indentation: "  ", after: start.count))
  }

  /// What stands there by hand: any matcher, any options.
  private static let unknown: OrderedJSON = ["matching": true, "strategy": true]
}
