import Administration
import Foundation
import Testing
import YAMLFiles

@testable import TenantConfig

/// `tenants/tenant.schema.json` against the tables by which the reader works.
///
/// What it says of single matchers is printed from their declarations, for which the reader has no
/// table; `SchemaProcessTests` holds that part against the reader's answers.
@Suite("Schema for editors")
struct SchemaTests {
  private func schema() throws -> [String: Any] {
    let file = ExampleTests.folder.appending(path: "tenant.schema.json")
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    var schema = try #require(object as? [String: Any])
    #expect(schema.removeValue(forKey: "$defs") != nil)
    return schema
  }

  @Test("The matchers' part is asked for at 'matching' and its strategies, and nowhere else")
  func matchers() throws {
    var places: [String] = []
    func look(_ value: Any, _ path: String) {
      guard let object = value as? [String: Any] else { return }
      if refersToMatchers(object["allOf"]) { places.append(path) }
      for (key, inner) in object { look(inner, "\(path)/\(key)") }
    }
    look(try schema(), "")
    let matching = "/properties/matching"
    #expect(places.sorted() == [matching, matching + "/properties/strategies/items"])
  }

  @Test("The schema has the reader's keys, types, words, ranges and conditions, and no others")
  func noDrift() throws {
    let expected = try lines(SchemaOfShapes.object(TenantKeys.shape))
    let found = try lines(withoutNotes(schema()))
    for (expected, found) in zip(expected, found) where expected != found {
      Issue.record("the schema says \(found) where the reader says \(expected)")
      break
    }
    #expect(found.count == expected.count)
  }

  @Test("Every key in the schema has a description")
  func descriptions() throws {
    var count = 0
    func check(_ value: Any, _ path: String) {
      guard let object = value as? [String: Any] else { return }
      for (name, key) in object["properties"] as? [String: [String: Any]] ?? [:] {
        count += 1
        #expect((key["description"] as? String)?.hasSuffix(".") == true, "\(path).\(name)")
        check(key, "\(path).\(name)")
      }
      if let items = object["items"] { check(items, path + "[]") }
    }
    check(try schema(), "")
    #expect(count > 50)
  }

  @Test("The defaults that the schema tells are the reader's")
  func defaults() throws {
    let told = tenant(
      """
      matching: { matcher: login }
      synchronization:
        interval: 15m
        blankValues: keep
        limits: { maxDrop: 20%, maxUpdates: 20%, maxNewLinks: 50%, maxUserDrop: 20% }
      reviews: { signer: any }
      """)
    #expect(try readTenant(told).tenant == readTenant(tenant("")).tenant)
    let live = liveDirectory("security: ldaps\npageSize: 1000\ntimeout: 30s\nmaxUsers: 2000000")
    #expect(try readTenant(live).tenant == readTenant(liveDirectory("")).tenant)
    var defaults: [String: String] = [:]
    func collect(_ value: Any, key: String) {
      if let object = value as? [String: Any] {
        if let standard = object["default"] { defaults[key] = "\(standard)" }
        for (name, inner) in object { collect(inner, key: name == "items" ? key : name) }
      }
    }
    collect(try schema(), key: "")
    #expect(
      defaults == [
        "matcher": "login", "mode": "first", "interval": "15m", "blankValues": "keep",
        "maxDrop": "20%", "maxUpdates": "20%", "maxNewLinks": "50%", "maxUserDrop": "20%",
        "security": "ldaps",
        "pageSize": "1000", "timeout": "30s", "maxUsers": "2000000", "signer": "any",
      ])
  }

  @Test("The pattern of a share says what the reader says", arguments: [0, 9, 10, 99, 100, 101])
  func sharePatterns(tens: Int) throws {
    for (key, maximum) in [("maxDrop", Percentage.hundred), ("maxNewLinks", .thousand)] {
      let pattern = try Regex(maximum.pattern)
      for text in ["\(tens)%", "\(tens * 10)%", "0\(tens)%", "\(tens)"] {
        let isRead = try problems(
          of: tenant("synchronization: { limits: { \(key): \(text) } }")
        ).isEmpty
        #expect(isRead == (text.wholeMatch(of: pattern) != nil), "\(key): \(text)")
      }
    }
  }

  /// Without what the reader has no table for.
  private func withoutNotes(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.map(withoutNotes) }
    guard let object = value as? [String: Any] else { return value }
    var kept: [String: Any] = [:]
    for (key, inner) in object {
      if key == "properties", let properties = inner as? [String: Any] {
        kept[key] = properties.mapValues(withoutNotes)
      } else if key == "allOf", refersToMatchers(inner) {
        continue
      } else if !["$schema", "title", "description", "examples", "default"].contains(key) {
        kept[key] = withoutNotes(inner)
      }
    }
    return kept
  }

  /// True for an `allOf` of nothing but what is printed from the matchers' declarations.
  private func refersToMatchers(_ value: Any?) -> Bool {
    let references = (value as? [[String: String]])?.map(\.values.first)
    return references == ["#/$defs/matching"] || references == ["#/$defs/strategy"]
  }

  private func lines(_ value: Any) throws -> [Substring] {
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }
}
