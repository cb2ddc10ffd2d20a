import CompositeMatcher
import PluginContract
import PluginTesting
import Testing

@Suite("composite (M11)")
struct CompositeMatcherTests {
  private let login = ColumnMatcher(
    name: "one", attribute: "sAMAccountName", field: .windowsLogin)
  private let mail = ColumnMatcher(name: "two", attribute: "mail", field: .email)
  private let record = ["sAMAccountName": ["JSmith"], "mail": ["j@acme.example"]]

  private func composite(
    _ strategies: [any Matcher], mode: TierMode = .first
  ) throws -> MatcherTrial {
    MatcherTrial(
      try compositeMatcher.make(
        MatcherContext(directories: [], strategies: strategies, mode: mode)))
  }

  @Test("M11: each strategy is a tier, in the list's order, with its own rules unchanged")
  func tiers() throws {
    let matcher = try composite([mail, login]).matcher
    #expect(matcher.rules.map(\.tier) == [0, 0, 1, 1])
    #expect(matcher.rules.map(\.matcher) == ["two", "two", "one", "one"])
    #expect(matcher.rules[2].code == "one-exact")
    #expect(matcher.attributes == ["mail", "sAMAccountName"])
    #expect(matcher.fields == [.email, .windowsLogin])
  }

  @Test("M11: the mode of the tenant file is handed on", arguments: TierMode.allCases)
  func mode(mode: TierMode) throws {
    #expect(try composite([login], mode: mode).matcher.mode == mode)
  }

  @Test("M11: all strategies' keys are handed on, so that the host can decide and disagree")
  func keys() throws {
    let keys = try composite([login, mail]).directoryKeys([record, [:], record])
    #expect(keys.texts(of: 0) == ["0 jsmith", "2 j@acme.example"])
    #expect(keys.texts(of: 1).isEmpty)
    #expect(keys.texts(of: 2) == keys.texts(of: 0))
    #expect(keys.valueIndexes == [3, 3, 3, 3])
    let near = try composite([login, mail]).directoryKeys([record], purpose: .explanation)
    #expect(near.texts(of: 0) == ["1 jsmith", "3 j@acme.example"])
  }

  @Test("a strategy gets the columns that it declared and no others")
  func columns() throws {
    // ColumnMatcher throws if it sees more.
    let user = ["windowsLogin": ["jsmith"], "email": ["J@ACME.example"]]
    let codes = try composite([login, mail]).matches(directory: record, tenant: user)
    #expect(codes == ["one-exact", "two-exact"])
  }

  @Test("equal values of different strategies do not meet")
  func tiersAreApart() throws {
    let codes = try composite([login, mail]).matches(
      directory: ["sAMAccountName": ["same"]], tenant: ["email": ["same"]])
    #expect(codes.isEmpty)
  }

  @Test("two strategies that read the same attribute read it once")
  func sharedAttribute() throws {
    #expect(try composite([mail, mail]).matcher.attributes == ["mail"])
    #expect(try composite([mail, mail]).directoryKeys([record]).keys.valueCount == 2)
  }

  @Test("M13: a skip keeps its rule; a failure names the strategy and wins")
  func verdicts() throws {
    let skip = JudgingMatcher(name: "skipper", verdict: .skip(rule: "robots"))
    let fail = JudgingMatcher(name: "failer", verdict: .fail(message: "no luck"))
    let skipped = try composite([login, skip]).directoryKeys([record])
    #expect(skipped.verdicts[0] == .skip(rule: "robots"))
    for order in [[skip, fail], [fail, skip]] {
      let failed = try composite(order).directoryKeys([record])
      #expect(failed.verdicts[0] == .fail(message: "failer: no luck"))
    }
  }

  @Test("M11: a list inside a list is the same list, if its mode is the same")
  func nested() throws {
    let two = ColumnMatcher(
      name: "nested", attribute: "mail", field: .email, mode: .all, tiers: 2)
    #expect(
      try composite([two, login], mode: .all).matcher.rules.map(\.tier) == [0, 0, 1, 1, 2, 2])
    let error = try #require(throws: OptionError.self) { try composite([login, two]) }
    #expect(error.message.contains("strategy 2 ('nested')"))
  }

  @Test("no strategies, or more than the host can tell apart, are refused with a remedy")
  func numbers() throws {
    let none = try #require(throws: OptionError.self) { try composite([]) }
    #expect(none.message.contains("at least one"))
    #expect(throws: OptionError.self) {
      try composite([any Matcher](repeating: mail, count: 65))
    }
    #expect(try composite([any Matcher](repeating: mail, count: 64)).matcher.rules.count == 128)
  }

  @Test("a strategy that lies about counts or rules ends the run", arguments: [(1, 0), (0, 1)])
  func liars(missingRecords: Int, rule: Int) throws {
    let liar = LyingMatcher(missingRecords: missingRecords, rule: rule)
    let error = try #require(throws: (any Error).self) {
      try composite([liar, login]).directoryKeys([record])
    }
    #expect("\(error)".contains("strategy 'liar'"))
  }

  @Test("composite keeps the contract", arguments: TierMode.allCases)
  func contract(mode: TierMode) {
    let context = MatcherContext(
      directories: [.init(domain: "ACME")], strategies: [login, mail], mode: mode)
    #expect(MatcherContractSuite(plugin: compositeMatcher, context: context).violations().isEmpty)
  }
}
