import Administration
import PluginContract
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: a matcher that is installed but refused")
struct RefusedMatcherTests {
  /// Reads what stands under `matching` where `broken` is refused.
  private func read(_ matching: String) throws -> Matching {
    let folder = try TemporaryFolder()
    let path = try folder.write(tenant("matching: { \(matching) }"), to: "acme.yaml")
    return try TenantFileReader(matchers: sampleMatchers, refusedMatchers: ["broken"])
      .read(path: path).tenant.matching
  }

  private func message(_ matching: String) throws -> String? {
    let error = #expect(throws: TenantConfigError.self) { try read(matching) }
    return error?.description.split(separator: "/acme.yaml:").last.map(String.init)
  }

  @Test("It may be named, and its options are kept by the look of them")
  func options() throws {
    let found = try read(
      "matcher: broken, options: { a: true, b: -7, c: text, d: '7', e: ' ', \"a b\": \"x\\ny\" }")
    #expect(
      found.matcher
        == .init(
          matcher: "broken",
          options: [
            "a": .boolean(true), "b": .integer(-7), "c": .string("text"), "d": .string("7"),
            "e": .string(" "), "a b": .string("x\ny"),
          ]))
  }

  @Test("It may be a strategy, and it may have strategies, because nobody knows better")
  func strategies() throws {
    let inner = try read(
      "matcher: composite, strategies: [{ matcher: broken, options: { a: 1 } }, { matcher: smtp }]")
    #expect(inner.strategies.first == .init(matcher: "broken", options: ["a": .integer(1)]))
    let outer = try read("matcher: broken, mode: all, strategies: [{ matcher: smtp }]")
    #expect(
      outer
        == Matching(
          matcher: .init(matcher: "broken"), strategies: [.init(matcher: "smtp")], mode: .all))
  }

  @Test(
    "What no option can be is refused all the same",
    arguments: [
      ("[1]", "must be true or false, a whole number or text, not a list"),
      ("1.5", "must be true or false, a whole number or text, not a number"),
      ("~", "has no value; it must be true or false, a whole number or text, or remove the key"),
    ])
  func noOption(value: String, expected: String) throws {
    #expect(
      try message("matcher: broken, options: { a: \(value) }")
        == "3:44: the option 'a' \(expected)")
  }

  @Test("Others are checked as ever, and an unknown name lists it among the known ones")
  func others() throws {
    #expect(
      try message("matcher: composite, strategies: [{ matcher: broken }, { matcher: brokn }]")?
        .hasPrefix("3:78: unknown matcher 'brokn'; did you mean 'broken'? known: login, ") == true)
    #expect(
      try message("matcher: login, options: { x: 1 }")
        == "3:40: unknown option 'x' of the matcher 'login'; it takes no options")
  }

  @Test("A name that is also declared has the declaration's options")
  func declaredToo() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      tenant("matching: { matcher: smtp, options: { x: 1 } }"), to: "acme.yaml")
    #expect(throws: TenantConfigError.self) {
      try TenantFileReader(matchers: sampleMatchers, refusedMatchers: ["smtp"]).read(path: path)
    }
  }

  @Test("A folder of tenant files knows it too")
  func folder() throws {
    let folder = try TemporaryFolder()
    try folder.write(tenant("matching: { matcher: broken }"), to: "acme.yaml")
    let tenants = TenantFolder(
      path: folder.path, matchers: sampleMatchers, refusedMatchers: ["broken"])
    #expect(try tenants.load("acme")?.tenant.matching.matcher.matcher == "broken")
  }
}
