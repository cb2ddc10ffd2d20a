package import PluginContract

/// What a matcher did against its contract.
struct MatcherContractError: Error, Sendable, CustomStringConvertible {
  let description: String
}

/// Asks a matcher about batches, several of them under way at once, and gives the keys in the order
/// of the batches, held against the contract: one answer a record, known rules only.
package struct KeyQueue {
  /// How many batches a matcher has before it has answered the first: neither side waits.
  private static let window = 4

  let matcher: any Matcher
  let side: Side
  let purpose: KeyPurpose
  /// For each of the matcher's rules, whether keys may name it.
  private let isAllowed: [Bool]
  private var pending: [(keys: PendingKeys, count: Int)] = []

  package init(_ matcher: any Matcher, _ side: Side, _ purpose: KeyPurpose) {
    self.matcher = matcher
    self.side = side
    self.purpose = purpose
    isAllowed = matcher.rules.map { ($0.strength == .exact) == (purpose == .candidates) }
  }

  /// Adds a batch, of which only the declared columns are handed on.
  ///
  /// - Returns: the keys of an earlier batch, once enough are under way.
  package mutating func add(_ batch: RecordBatch) async throws -> KeyBatch? {
    let names = side == .directory ? matcher.attributes : matcher.fields.map(\.rawValue)
    let keys = try matcher.start(for: batch.selecting(names), side: side, purpose: purpose)
    pending.append((keys, batch.count))
    return pending.count > Self.window ? try await next() : nil
  }

  /// The keys of the oldest batch that is under way; nil if none is.
  package mutating func next() async throws -> KeyBatch? {
    guard !pending.isEmpty else { return nil }
    let (promise, count) = pending.removeFirst()
    let keys = try await promise.value()
    try check(keys, count: count)
    return keys
  }

  private func check(_ keys: KeyBatch, count: Int) throws {
    guard keys.recordCount == count else {
      throw MatcherContractError(
        description: "a matcher answered \(keys.recordCount) of \(count) records")
    }
    for rule in keys.rules where Int(rule) >= isAllowed.count || !isAllowed[Int(rule)] {
      throw MatcherContractError(
        description: "a matcher named the rule \(rule), which is not one of its "
          + "\(isAllowed.count) rules, or not of the kind it was asked for")
    }
  }
}

extension Matcher {
  /// The keys of a batch, of which only the declared columns are handed on.
  ///
  /// - Throws: what the matcher throws, and ``MatcherContractError``.
  package func checkedKeys(
    of batch: RecordBatch, side: Side, purpose: KeyPurpose
  ) async throws -> KeyBatch {
    var queue = KeyQueue(self, side, purpose)
    if let keys = try await queue.add(batch) { return keys }
    return try await queue.next() ?? KeyBatch()
  }

  /// The keys of all batches, in their order.
  package func checkedKeys(
    of batches: some Sequence<RecordBatch>, side: Side, purpose: KeyPurpose
  ) async throws -> [KeyBatch] {
    var queue = KeyQueue(self, side, purpose)
    var all: [KeyBatch] = []
    all.reserveCapacity(batches.underestimatedCount)
    for batch in batches {
      try Task.checkCancellation()
      if let keys = try await queue.add(batch) { all.append(keys) }
    }
    while let keys = try await queue.next() { all.append(keys) }
    return all
  }
}
