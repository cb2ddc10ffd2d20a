import PluginContract
import PluginTesting
import Testing

@Suite("The contract suite for matchers")
struct MatcherContractSuiteTests {
  private func violations(of fault: FaultyMatcher.Fault) -> [ContractViolation] {
    let plugin = MatcherPlugin(
      MatcherDeclaration(name: "faulty", version: "1", summary: "has one fault")
    ) { _ in FaultyMatcher(fault: fault) }
    return MatcherContractSuite(plugin: plugin).violations()
  }

  @Test("a matcher that keeps the contract passes")
  func faultless() { #expect(violations(of: .none).isEmpty) }

  @Test(
    "each fault is found and named",
    arguments: [
      (.answersTooFew, "answers every record, in order"),
      (.readsRawValues, "compares trimmed and folded (M5)"),
      (.looksAtNeighbours, "does not look at a record's neighbours"),
      (.looksAtBatchSize, "does not look at the batch's size"),
      (.keysOfNothing, "makes no key of nothing (M5)"),
      (.readsUndeclaredColumns, "reads what it declared and nothing else"),
      (.namesUnknownRules, "names its own rules only"),
      (.mixesPurposes, "gives the keys that it is asked for"),
      (.throwsAtHostileValues, "survives hostile values"),
      (.wrongNearCode, "has rules that say what they compare"),
      (.undeclaredAttribute, "has rules that say what they compare"),
    ] as [(FaultyMatcher.Fault, String)])
  func faults(fault: FaultyMatcher.Fault, duty: String) {
    let violations = violations(of: fault)
    #expect(violations.contains { $0.duty.hasPrefix(duty) }, "\(violations)")
  }

  @Test("a plugin that cannot be made, or is badly named, says so")
  func declaration() {
    let plugin = MatcherPlugin(
      MatcherDeclaration(name: "My Matcher", version: "", contractVersion: 99, summary: "")
    ) { _ in throw OptionError(option: "x", message: "no") }
    let violations = MatcherContractSuite(plugin: plugin).violations()
    #expect(
      violations.map(\.duty) == Array(repeating: "declares itself", count: 4) + ["can be made"])
    #expect("\(violations[0])".contains("'My Matcher'"))
  }
}
