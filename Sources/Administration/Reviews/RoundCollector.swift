internal import Synchronization
internal import TenantCore

/// Counts the subjects of a round, and keeps those that are wanted.
final class RoundCollector: Sendable {
  private struct Content {
    var counts = ReviewCounts()
    var byState: [String: Int] = [:]
    var items: [RoundItem] = []
  }

  private let isWanted: @Sendable (RoundItem) -> Bool
  private let content = Mutex(Content())

  init(_ isWanted: @escaping @Sendable (RoundItem) -> Bool) { self.isWanted = isWanted }

  func take(_ item: RoundItem) {
    content.withLock { content in
      content.counts.add(item.subject, item.facts, item.mark, item.decision)
      if let state = item.facts.rowState { content.byState[state.rawValue, default: 0] += 1 }
      if isWanted(item) { content.items.append(item) }
    }
  }

  var counts: ReviewCounts { content.withLock(\.counts) }
  /// Rows by the names of their states.
  var byState: [String: Int] { content.withLock(\.byState) }
  var items: [RoundItem] { content.withLock(\.items) }
}
