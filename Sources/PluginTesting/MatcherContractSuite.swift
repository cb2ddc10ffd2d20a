public import PluginContract

/// Holds a matcher against its contract: each duty of ``PluginContract/Matcher`` in turn.
///
/// It needs no test library. In a test:
///
/// ```swift
/// #expect(MatcherContractSuite(plugin: mailNameMatcher).violations().isEmpty)
/// ```
///
/// It cannot tell whether the keys are the right ones: that is for the plugin's own tests.
public struct MatcherContractSuite: Sendable {
  private let plugin: MatcherPlugin
  private let context: MatcherContext

  /// Takes a plugin and the context to make it with; by default two directories and the options'
  /// declared defaults. A plugin that combines others needs a context with strategies.
  public init(plugin: MatcherPlugin, context: MatcherContext? = nil) {
    self.plugin = plugin
    self.context =
      context
      ?? MatcherContext(
        directories: [
          DirectoryIdentity(domain: "ACME", dnsDomain: "acme.example"),
          DirectoryIdentity(domain: "PARTNER"),
        ], options: OptionValues(declared: plugin.declaration.options))
  }

  /// What the plugin does against its contract; empty if it keeps it.
  public func violations() -> [ContractViolation] { findings().violations }

  /// Every duty with what was found against it.
  public func verdicts() -> [ContractVerdict] { findings().verdicts }

  private func findings() -> Findings {
    var findings = Findings()
    let declaration = plugin.declaration
    DeclarationCheck(
      name: declaration.name, version: declaration.version,
      contractVersion: declaration.contractVersion, summary: declaration.summary
    ).run(hostVersion: contractVersion, in: &findings)
    guard
      let matcher = findings.attempt("can be made", { try plugin.make(context) }),
      let twin = findings.attempt("can be made twice", { try plugin.make(context) })
    else { return findings }
    RuleCheck(matcher: matcher).run(in: &findings)
    for side in Side.allCases {
      for purpose in [KeyPurpose.candidates, .explanation] {
        KeyCheck(matcher: matcher, twin: twin, side: side, purpose: purpose).run(in: &findings)
      }
    }
    return findings
  }
}

/// What holds for a matcher's rules.
struct RuleCheck {
  let matcher: any Matcher

  func run(in findings: inout Findings) {
    let duty = "has rules that say what they compare"
    findings.expect(
      matcher.rules.contains { $0.strength == .exact }, duty, "no rule is exact: nobody can match")
    findings.expect(
      matcher.rules.count <= Int(UInt16.max), duty, "it has \(matcher.rules.count) rules")
    for (index, rule) in matcher.rules.enumerated() {
      let name = "rule \(index) ('\(rule.code)')"
      findings.expect(!rule.code.isEmpty, duty, "\(name) has no code")
      findings.expect(!rule.matcher.isEmpty, duty, "\(name) does not name its matcher")
      findings.expect((0..<64).contains(rule.tier), duty, "\(name) is of tier \(rule.tier)")
      let unread = rule.attributes.filter { !matcher.attributes.contains($0) }
      findings.expect(unread.isEmpty, duty, "\(name) names \(unread), which is not declared")
      let missing = rule.fields.filter { !matcher.fields.contains($0) }
      findings.expect(missing.isEmpty, duty, "\(name) names \(missing), which is not declared")
      if case .near(let kind) = rule.strength {
        findings.expect(
          rule.code == kind.rawValue, duty, "\(name) is near, so its code is '\(kind.rawValue)'")
      }
    }
  }
}
