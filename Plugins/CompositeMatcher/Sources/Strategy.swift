internal import PluginContract

/// One matcher of the list, with its place among the others' rules and tiers.
struct Strategy: Sendable {
  let matcher: any Matcher
  /// What the strategy calls itself in its rules; its place in the list if it has none.
  let name: String
  /// The matcher's rules, moved to this strategy's tiers.
  let rules: [KeyRule]
  /// The tier after the last of this strategy.
  let endTier: Int
  /// The number of tiers: one, unless the strategy combines matchers itself.
  let tierCount: Int
  private let firstRule: Int
  private let endRule: Int

  init(_ matcher: any Matcher, position: Int, after previous: Strategy?) {
    self.matcher = matcher
    name = matcher.rules.first?.matcher ?? "strategy \(position)"
    firstRule = previous?.endRule ?? 0
    endRule = firstRule + matcher.rules.count
    let firstTier = previous?.endTier ?? 0
    tierCount = (matcher.rules.map(\.tier).max() ?? 0) + 1
    endTier = firstTier + tierCount
    rules = matcher.rules.map { rule in
      var moved = rule
      moved.tier += firstTier
      return moved
    }
  }

  /// The strategy's answer, held against the contract: a wrong index would land in another
  /// strategy's rules.
  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let answer = try matcher.keys(for: selected(batch, side), side: side, purpose: purpose)
    return try checked(answer, count: batch.count, purpose: purpose)
  }

  /// The same answer, when it is there.
  func start(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> PendingKeys {
    let pending = try matcher.start(for: selected(batch, side), side: side, purpose: purpose)
    return PendingKeys { try checked(await pending.value(), count: batch.count, purpose: purpose) }
  }

  private func selected(_ batch: RecordBatch, _ side: Side) -> RecordBatch {
    batch.selecting(side == .directory ? matcher.attributes : matcher.fields.map(\.rawValue))
  }

  private func checked(_ answer: KeyBatch, count: Int, purpose: KeyPurpose) throws -> KeyBatch {
    guard answer.recordCount == count else {
      throw StrategyError(
        "strategy '\(name)' answered \(answer.recordCount) of \(count) records; "
          + "remove it from the list or fix the plugin")
    }
    let isExact = rules.map { $0.strength == .exact }
    let wanted = purpose == .candidates
    guard answer.rules.allSatisfy({ $0 < rules.count && isExact[Int($0)] == wanted }) else {
      throw StrategyError(
        "strategy '\(name)' named a rule that it does not have or was not asked for; "
          + "remove it from the list or fix the plugin")
    }
    return answer
  }

  /// The strategy's answer among the others'. A skip's rule is a stable code and stays as it is.
  func part(_ answer: KeyBatch) -> KeyPart { KeyPart(answer, firstRule: firstRule, name: name) }
}

/// What a strategy did against its contract; the run ends.
struct StrategyError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
