import PluginContract
import TenantCore
import YAMLFiles

/// The keys of `matching`.
enum MatchingKeys {
  static let matcher = Key("matcher", .located(.matcherName))
  static let options = Key("options", .rawOptions)
  static let mode = Key("mode", Reading<TierMode>.choice)
  static let strategies = Key("strategies", .list(of: .strategy))

  static let shape = ObjectShape(keys: [
    matcher.declaration, options.declaration, mode.declaration, strategies.declaration,
  ])
}

/// The keys of an entry of `matching.strategies`.
enum StrategyKeys {
  static let matcher = Key("matcher", .located(.matcherName), required: true)
  static let options = Key("options", .rawOptions)

  static let shape = ObjectShape(keys: [matcher.declaration, options.declaration])
}

extension Reading where Value == Matching {
  static var matching: Reading {
    .object(MatchingKeys.shape) { section in
      let standard = Matching().matcher.matcher
      let named = section.value(MatchingKeys.matcher)
      let matcher =
        section.has(MatchingKeys.matcher)
        ? named?.value : section.context.tenantFacts.matcher(named: standard)
      let options = section.value(MatchingKeys.options)?.values(of: matcher) ?? [:]
      let strategies = section.value(MatchingKeys.strategies) ?? []
      let mode = section.value(MatchingKeys.mode) ?? .first
      if case .declared(let declaration)? = matcher {
        reportStrategies(of: declaration, in: section)
      }
      return Matching(
        matcher: .init(matcher: matcher?.name ?? standard, options: options),
        strategies: strategies, mode: mode)
    }
  }

  private static func reportStrategies(of matcher: MatcherDeclaration, in section: Section) {
    if matcher.takesStrategies {
      guard !section.has(MatchingKeys.strategies) || section.isEmptyList(MatchingKeys.strategies)
      else { return }
      section.report(
        "the matcher '\(matcher.name)' combines others; name at least one under 'strategies'",
        atValueOf: MatchingKeys.matcher)
      return
    }
    let combining = section.context.tenantFacts.matchers.filter(\.takesStrategies)
      .map { "'\($0.name)'" }
    let remedy = combining.isEmpty ? "remove it" : "it is for \(Wording.list(combining))"
    let message = "the matcher '\(matcher.name)' combines no others; "
    if section.has(MatchingKeys.strategies) {
      section.report(
        "'strategies' does not apply: \(message)\(remedy)", at: MatchingKeys.strategies)
    }
    if section.has(MatchingKeys.mode) {
      section.report("'mode' does not apply: \(message)\(remedy)", at: MatchingKeys.mode)
    }
  }
}

extension Reading where Value == Matching.Strategy {
  fileprivate static var strategy: Reading {
    .object(StrategyKeys.shape) { section in
      let matcher = section.value(StrategyKeys.matcher)
      let options = section.value(StrategyKeys.options)?.values(of: matcher?.value) ?? [:]
      if let matcher, matcher.value.combinesOthers {
        section.report(
          "the matcher '\(matcher.value.name)' cannot be a strategy, because it combines others; "
            + "list its strategies here instead", atValueOf: StrategyKeys.matcher)
      }
      return matcher.map { .init(matcher: $0.value.name, options: options) }
    }
  }
}

extension Reading where Value == NamedMatcher {
  /// The name of a matcher that there is, be it refused.
  fileprivate static var matcherName: Reading {
    Reading<String>.text.map { name, input in
      let facts = input.context.tenantFacts
      let known = facts.matchers.map(\.name) + facts.refusedMatchers.sorted()
      return facts.matcher(named: name)
        ?? input.refuse(
          "unknown matcher \(Wording.quoted(name)); \(Wording.known(known, insteadOf: name)). An outside one "
            + "must be in one of the plugins folders")
    }
  }
}

extension RawOptions {
  /// The options by a matcher's declaration, or as they stand where it is refused; nothing for one
  /// that is unknown, which is reported.
  fileprivate func values(of matcher: NamedMatcher?) -> [String: OptionValue] {
    switch matcher {
    case .declared(let matcher):
      values(declared: matcher.options, by: "the matcher '\(matcher.name)'")
    case .refused: undeclaredValues
    case nil: [:]
    }
  }
}
