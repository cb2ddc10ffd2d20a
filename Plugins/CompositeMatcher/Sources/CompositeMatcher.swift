package import PluginContract

/// The plugin: `matcher: composite`, an ordered list of any other matchers (M11).
package let compositeMatcher = MatcherPlugin(
  MatcherDeclaration(
    name: "composite", version: "1.0.0",
    summary: "an ordered list of other matchers: the first that matches, or all that agree",
    takesStrategies: true)
) { context in try CompositeMatcher(strategies: context.strategies, mode: context.mode) }

/// Hands on the keys of its strategies, each in a tier of its own; the host decides (M11).
///
/// It knows none of its strategies by name. A strategy gets the columns that it declared and no
/// others, as if it stood alone.
struct CompositeMatcher: Matcher {
  let rules: [KeyRule]
  let attributes: [String]
  let fields: [TenantField]
  let mode: TierMode
  private let strategies: [Strategy]

  /// The host keeps a row's tiers as bits of one word.
  private static let maximumTiers = 64

  init(strategies matchers: [any Matcher], mode: TierMode) throws {
    guard !matchers.isEmpty else {
      throw Self.error("composite has no strategies; list at least one matcher")
    }
    var strategies: [Strategy] = []
    for (index, matcher) in matchers.enumerated() {
      let strategy = Strategy(matcher, position: index + 1, after: strategies.last)
      guard strategy.tierCount == 1 || matcher.mode == mode else {
        throw Self.error(
          "strategy \(index + 1) ('\(strategy.name)') combines matchers in mode "
            + "'\(matcher.mode.rawValue)', not '\(mode.rawValue)'; list its strategies here instead"
        )
      }
      strategies.append(strategy)
    }
    guard let last = strategies.last, last.endTier <= Self.maximumTiers else {
      throw Self.error("more than \(Self.maximumTiers) strategies; remove some")
    }
    self.strategies = strategies
    self.mode = mode
    rules = strategies.flatMap(\.rules)
    attributes = strategies.flatMap(\.matcher.attributes).uniqued()
    fields = strategies.flatMap(\.matcher.fields).uniqued()
  }

  private static func error(_ message: String) -> OptionError {
    OptionError(option: "strategies", message: message)
  }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    merged(
      try strategies.map { try $0.keys(for: batch, side: side, purpose: purpose) },
      count: batch.count)
  }

  /// All strategies work at the same time, where they can.
  func start(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> PendingKeys {
    let pending = try strategies.map { try $0.start(for: batch, side: side, purpose: purpose) }
    return PendingKeys {
      var answers: [KeyBatch] = []
      for keys in pending { answers.append(try await keys.value()) }
      return merged(answers, count: batch.count)
    }
  }

  private func merged(_ answers: [KeyBatch], count: Int) -> KeyBatch {
    KeyBatch(joining: zip(strategies, answers).map { $0.part($1) }, recordCount: count)
  }
}

extension Array where Element: Hashable {
  /// The elements in order, each once.
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
