import Foundation
import Testing
import YAMLFiles

@testable import TenantConfig

/// `tenants/tenant.schema.json` against the tables by which the reader works.
@Suite("Schema for editors")
struct SchemaTests {
  private func schema() throws -> [String: Any] {
    let file = ExampleTests.folder.appending(path: "tenant.schema.json")
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    return try #require(object as? [String: Any])
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
        limits: { maxDrop: 20%, maxUpdates: 20%, maxNewLinks: 50% }
      """)
    #expect(try readTenant(told).tenant == readTenant(tenant("")).tenant)
    let live = liveDirectory("security: ldaps\npageSize: 1000\ntimeout: 30s")
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
        "maxDrop": "20%", "maxUpdates": "20%", "maxNewLinks": "50%", "security": "ldaps",
        "pageSize": "1000", "timeout": "30s",
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
      } else if !["$schema", "title", "description", "examples", "default"].contains(key) {
        kept[key] = withoutNotes(inner)
      }
    }
    return kept
  }

  private func lines(_ value: Any) throws -> [Substring] {
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }
}
