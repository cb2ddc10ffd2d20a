internal import PluginContract

/// What a matcher did against its contract.
struct MatcherContractError: Error, Sendable, CustomStringConvertible {
  let description: String
}

extension Matcher {
  /// The keys of a batch, held against the contract: one answer a record, known rules only.
  func checkedKeys(
    for batch: RecordBatch, side: Side, purpose: KeyPurpose
  ) throws -> KeyBatch {
    let keys = try keys(for: batch, side: side, purpose: purpose)
    guard keys.recordCount == batch.count else {
      throw MatcherContractError(
        description: "a matcher answered \(keys.recordCount) of \(batch.count) records")
    }
    for rule in keys.rules {
      guard Int(rule) < rules.count,
        (rules[Int(rule)].strength == .exact) == (purpose == .candidates)
      else {
        throw MatcherContractError(
          description: "a matcher named the rule \(rule), which is not one of its "
            + "\(rules.count) rules, or not of the kind it was asked for")
      }
    }
    return keys
  }
}
