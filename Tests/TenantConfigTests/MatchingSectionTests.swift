import Administration
import PluginContract
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: matching")
struct MatchingSectionTests {
  @Test(
    "Options are checked against the matcher's declaration, at their line (M4)",
    arguments: [
      (
        "matcher: smtp, options: { proxyAdresses: true }",
        "3:39: unknown option 'proxyAdresses' of the matcher 'smtp'; "
          + "did you mean 'proxyAddresses'? known: proxyAddresses"
      ),
      (
        "matcher: login, options: { x: 1 }",
        "3:40: unknown option 'x' of the matcher 'login'; it takes no options"
      ),
      (
        "options: { x: 1 }",
        "3:24: unknown option 'x' of the matcher 'login'; it takes no options"
      ),
      (
        "matcher: smtp, options: { proxyAddresses: yes }",
        "3:55: the option 'proxyAddresses' must be true or false, not text"
      ),
      (
        "matcher: smtp, options: { proxyAddresses: 'true' }",
        "3:55: the option 'proxyAddresses' must be true or false, not text"
      ),
      (
        "matcher: acme-badge, options: { prefix: 7 }",
        "3:53: the option 'prefix' must be text; put it in quotes"
      ),
      (
        "matcher: acme-badge, options: { attribute: page }",
        "3:56: the option 'attribute' cannot be 'page'; did you mean 'pager'? known: badge, pager"
      ),
      ("matcher: smtp, options: []", "3:37: 'options' must be a mapping of options, not a list"),
    ])
  func options(matching: String, expected: String) throws {
    #expect(try problems(of: tenant("matching: { \(matching) }")) == [expected])
  }

  @Test("A whole number is read in its range and refused in words outside of it")
  func integerOptions() throws {
    let found = try problems(
      of: tenant("matching: { matcher: acme-badge, options: { digits: six } }"))
    #expect(found == ["3:53: the option 'digits' must be a whole number, not text"])
    let file = try readTenant(
      tenant("matching: { matcher: acme-badge, options: { digits: -3 } }"))
    #expect(file.tenant.matching.matcher.options == ["digits": .integer(-3)])
  }

  @Test(
    "A matcher that combines others needs strategies (M11)",
    arguments: ["matcher: composite", "matcher: composite, strategies: []"])
  func strategiesMissing(matching: String) throws {
    #expect(
      try problems(of: tenant("matching: { \(matching) }")) == [
        "3:22: the matcher 'composite' combines others; name at least one under 'strategies'"
      ])
  }

  @Test("Strategies and a mode make no sense for a matcher that combines none")
  func strategiesMisplaced() throws {
    let reason = "the matcher 'login' combines no others; it is for 'composite'"
    #expect(
      try problems(of: tenant("matching: { mode: all, strategies: [{ matcher: smtp }] }")) == [
        "3:13: 'mode' does not apply: \(reason)", "3:24: 'strategies' does not apply: \(reason)",
      ])
  }

  @Test("A matcher that combines others is no strategy")
  func nested() throws {
    let text = tenant(
      "matching: { matcher: composite, strategies: [{ matcher: composite }, { matcher: nme }] }")
    let found = try problems(of: text)
    #expect(found.count == 2)
    #expect(found.first?.hasPrefix("3:57: the matcher 'composite' cannot be a strategy") == true)
    #expect(found.last?.hasPrefix("3:81: unknown matcher 'nme'; did you mean 'name'?") == true)
  }

  @Test("With no matchers at all, a file that names none is still read")
  func noMatchers() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("version: 1\ntenant: acme\n", to: "acme.yaml")
    let file = try TenantFileReader(matchers: []).read(path: path)
    #expect(file.tenant.matching == Matching())
  }
}
