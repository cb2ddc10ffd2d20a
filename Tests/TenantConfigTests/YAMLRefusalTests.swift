import Administration
import TenantConfig
import Testing

@Suite("Tenant file: hostile YAML")
struct YAMLRefusalTests {
  static let root = "version: 1\ntenant: acme\n"

  @Test(
    "What a tenant file has no use for is refused where it stands",
    arguments: [
      (root + "displayName: &a x\n", "3:14: anchors are not allowed"),
      (root + "displayName: *a\n", "3:14: aliases are not allowed"),
      (root + "users: { <<: { source: store } }\n", "3:10: merge keys are not allowed"),
      (root + "displayName: !!str x\n", "3:14: tags are not allowed"),
      (root + "displayName: !custom x\n", "3:14: tags are not allowed"),
      (root + "displayName: ! x\n", "3:14: tags are not allowed"),
      ("%TAG !e! tag:example.com,2000:\n---\n" + root, "1:1: tag directives are not allowed"),
      (root + "---\nversion: 1\n", "3:1: a second document begins here"),
      (root + "tenant: acme\n", "3:1: duplicate key 'tenant', first at line 2"),
      (root + "users: { source: store, source: csv }\n", "3:25: duplicate key 'source'"),
      (root + "? [a, b]\n: c\n", "3:3: a key must be text, not a list"),
      (root + "displayName: \"a\\0b\"\n", "3:14: the text holds a NUL character"),
      (root + "displayName: [a\n", "4:1: not valid YAML: did not find expected ',' or ']'"),
      (root + "\tdisplayName: a\n", "3:1: not valid YAML: found a tab character that"),
      (root + "displayName: \"a\n", "4:1: not valid YAML: found unexpected end of stream"),
      (root + "displayName: *\n", "quote a value that begins with '*'"),
      ("", "1:1: the file is empty"),
      ("# only a remark\n", "1:1: the file is empty"),
      ("[a, b]\n", "1:1: a tenant file must be a mapping, not a list"),
      ("acme\n", "1:1: a tenant file must be a mapping, not text"),
    ])
  func refusals(text: String, expected: String) throws {
    let found = try problems(of: text)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test("An alias bomb is refused at its first anchor, and at once")
  func aliasBomb() throws {
    let levels = (1...40).map { level in
      "k\(level): &a\(level) ["
        + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
        + "]\n"
    }
    let text = Self.root + "k0: &a0 [x]\n" + levels.joined()
    #expect(try problems(of: text).contains { $0.hasPrefix("3:5: anchors are not allowed") })
  }

  @Test("64 levels may be nested, and no more", arguments: ["[", "{a: ", "- "])
  func depth(opening: String) throws {
    let isBlock = opening == "- "
    let deep = String(repeating: opening, count: 63)
    let allowed = try problems(of: Self.root + "x: " + (isBlock ? "\n " : "") + deep + "1")
    #expect(!allowed.contains { $0.contains("nested more than") })
    let deeper = String(repeating: opening, count: 64)
    let refused = try problems(of: Self.root + "x: " + (isBlock ? "\n " : "") + deeper + "1")
    let column = isBlock ? 2 + 63 * 2 : 4 + 63 * opening.count
    #expect(refused == ["\(isBlock ? 4 : 3):\(column): nested more than 64 levels deep"])
  }

  @Test("A million brackets end quickly")
  func manyBrackets() throws {
    let text = Self.root + "x: " + String(repeating: "[", count: 1_000_000)
    #expect(try problems(of: text).last?.contains("nested more than 64 levels deep") == true)
  }

  @Test("A file of 1 MiB is read, and one byte more is refused")
  func size() throws {
    let padding = String(repeating: "#", count: (1 << 20) - Self.root.utf8.count)
    #expect(try problems(of: Self.root + padding) == [])
    #expect(
      try problems(of: Self.root + padding + "#")
        == ["1:1: the file is larger than 1 MiB; split it into several tenants"])
  }

  @Test("NUL bytes and text that is not UTF-8 are refused at the byte")
  func bytes() throws {
    let start = Array("version: 1\ntenant: äcme".utf8)
    #expect(
      try problems(of: start + [0, 0x0A]) == [
        "2:13: the file holds a NUL byte; save it as UTF-8 text"
      ])
    #expect(
      try problems(of: start + [0xFF, 0x0A]) == [
        "2:13: the file is not UTF-8 from here on; save it as UTF-8 text"
      ])
    // An overlong slash and half a surrogate pair are no UTF-8 either.
    for bytes: [UInt8] in [[0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
      #expect(
        try problems(of: start + bytes).first?.hasPrefix("2:13: the file is not UTF-8") == true)
    }
    #expect(
      try problems(of: start + [0x07, 0x0A]).first?.hasPrefix("2:13: not valid YAML") == true)
  }

  @Test("A hostile file cannot make more than 50 problems, and the others are counted")
  func manyProblems() throws {
    let text = Self.root + (1...30_000).map { "unknown\($0): 1\n" }.joined()
    let problems = try problems(of: text)
    #expect(problems.count == 51)
    #expect(problems.last == " and 29950 more problems")
  }
}
