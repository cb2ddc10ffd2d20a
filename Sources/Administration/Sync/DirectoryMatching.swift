internal import PluginContract
internal import Reconciliation
internal import TenantCore

/// What becomes of a batch of directory users on its way, with the reading that it belongs to and its
/// number there.
struct BatchUnderWay: Sendable {
  fileprivate enum Stage: Sendable {
    case keyed(KeyBatch)
    case matched(BatchMatches)
  }

  fileprivate var reading: Int
  fileprivate var number: Int
  fileprivate var users: DirectoryUserBatch
  fileprivate var stage: Stage
}

/// Makes the keys of one directory's batches and looks them up, several beside each other. Keys wait for
/// the index if they are made first.
struct DirectoryMatching {
  typealias Group = ThrowingTaskGroup<BatchUnderWay, any Error>

  /// Batches under way for each processor.
  private static let window = 4

  private let matcher: any Matcher
  private let index: Promise<UserIndex>
  private let limit: Int
  private var reading = 0
  private var underWay = 0
  private var keyed: [BatchUnderWay] = []
  private var matched: [BatchUnderWay?] = []
  /// The records that were read.
  private(set) var count = 0

  init(matcher: any Matcher, index: Promise<UserIndex>, partitions: Partitions) {
    self.matcher = matcher
    self.index = index
    limit = partitions.count * Self.window
  }

  /// Begins with a batch; waits if too many are under way.
  mutating func add(_ batch: DirectoryUserBatch, in group: inout Group) async throws {
    let (reading, number) = (reading, matched.count)
    matched.append(nil)
    count += batch.count
    underWay += 1
    group.addTask { [matcher] in
      try Task.checkCancellation()
      let keys = try await matcher.checkedKeys(
        of: batch.records, side: .directory, purpose: .candidates)
      batch.records.releaseCanonical(except: DirectoryAttribute.ordered)
      return BatchUnderWay(reading: reading, number: number, users: batch, stage: .keyed(keys))
    }
    while underWay > limit { try await take(from: &group) }
  }

  /// The batches so far are void; those that are under way are passed over when they come.
  mutating func restart() {
    reading += 1
    (count, keyed, matched) = (0, [], [])
  }

  /// Waits for all batches.
  ///
  /// - Returns: the batches in the order in which they were read.
  mutating func finish(
    in group: inout Group
  ) async throws -> (users: [DirectoryUserBatch], matches: [BatchMatches]) {
    while underWay > 0 { try await take(from: &group) }
    let index = try await index.value()
    while !keyed.isEmpty || underWay > 0 {
      match(in: index, &group)
      try await take(from: &group)
    }
    let all = matched.compactMap(\.self)
    matched = []
    return (
      all.map(\.users),
      all.compactMap { if case .matched(let matches) = $0.stage { matches } else { nil } }
    )
  }

  /// Takes what is done, and looks up keys that are there.
  private mutating func take(from group: inout Group) async throws {
    guard let batch = try await group.next() else { return }
    underWay -= 1
    guard batch.reading == reading else { return }
    switch batch.stage {
    case .matched: matched[batch.number] = batch
    case .keyed: keyed.append(batch)
    }
    if index.isKept { match(in: try await index.value(), &group) }
  }

  private mutating func match(in index: UserIndex, _ group: inout Group) {
    while underWay <= limit, let batch = keyed.popLast() {
      underWay += 1
      group.addTask {
        try Task.checkCancellation()
        guard case .keyed(let keys) = batch.stage else { return batch }
        var matched = batch
        matched.stage = .matched(BatchMatches(keys, in: index))
        return matched
      }
    }
  }
}
