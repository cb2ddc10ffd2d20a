import Foundation
import PluginContract
import Testing
import TenantCore
import Wiring

@testable import tenantctl

@Suite("The schema's part on matchers")
struct TenantsSchemaTests {
  private func definitions(_ matchers: [MatcherDeclaration]) throws -> [String: [String: Any]] {
    let text = TenantsSchema.text(matchers)
    let schema = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(schema?["$defs"] as? [String: [String: Any]])
  }

  private func names(_ definition: [String: Any]?) -> [String]? {
    let properties = definition?["properties"] as? [String: [String: [String]]]
    return properties?["matcher"]?["enum"]
  }

  @Test("The part that is kept by hand is JSON of its own, and lets every matcher pass")
  func byHand() throws {
    let data = Data(PackageResources.tenant_schema_json)
    let schema = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    #expect(schema?["$defs"] as? [String: Bool] == ["matching": true, "strategy": true])
  }

  @Test("Every known matcher may be named, and as a strategy those that combine no others")
  func enumeration() throws {
    let matchers = BuiltInPlugins.matchers.map(\.declaration)
    let definitions = try definitions(matchers)
    #expect(Set(definitions.keys) == ["matching", "strategy"])
    #expect(names(definitions["matching"]) == matchers.map(\.name))
    #expect(
      names(definitions["strategy"])
        == matchers.filter { !$0.takesStrategies }.map(\.name))
    for (name, definition) in definitions {
      let rules = try #require(definition["allOf"] as? [Any])
      #expect(rules.count == names(definition)?.count, "\(name)")
    }
  }

  @Test("Foreign text in a name, a word or a sentence stays text")
  func foreignText() throws {
    let hostile = "\"}, \"x\": {\u{1B}[2J\u{202E}\n\\"
    let option = OptionDeclaration(
      hostile, .choice([hostile]), default: .string(hostile), hostile)
    let matcher = MatcherDeclaration(
      name: hostile, version: "1", summary: hostile, options: [option])
    #expect(names(try definitions([matcher])["matching"]) == [hostile])
    let text = TenantsSchema.text([matcher])
    #expect(text.split(separator: "\n").allSatisfy { DisplayText.safe($0) == String($0) })
  }

  @Test("The text ends with one line break")
  func end() {
    let text = TenantsSchema.text([])
    #expect(text.hasSuffix("}\n") && !text.hasSuffix("\n\n"))
  }
}
