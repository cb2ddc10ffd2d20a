/// How many parts a run cuts its work into: as many as there are processors. Nothing that a run
/// decides depends on it.
package struct Partitions: Sendable, Equatable {
  /// The number of parts, at least one.
  package let count: Int

  /// Takes a number of processors.
  package init(_ count: Int) { self.count = max(1, count) }

  /// Does pieces of work beside each other.
  ///
  /// - Returns: what they give, in the order of their numbers.
  /// - Throws: what one of them throws; `CancellationError` before the next piece once the task is
  ///   cancelled.
  package func map<Value: Sendable>(
    _ pieces: Range<Int>, _ work: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      var values = [Value?](repeating: nil, count: pieces.count)
      var started = pieces.lowerBound
      func start(_ group: inout ThrowingTaskGroup<(Int, Value), any Error>) {
        guard started < pieces.upperBound else { return }
        let piece = started
        started += 1
        group.addTask {
          try Task.checkCancellation()
          return (piece, try await work(piece))
        }
      }
      for _ in 0..<count { start(&group) }
      while let (piece, value) = try await group.next() {
        values[piece - pieces.lowerBound] = value
        start(&group)
      }
      return values.compactMap(\.self)
    }
  }

  /// Cuts a number of things into ranges of about the same length, one for each part.
  package func ranges(of total: Int) -> [Range<Int>] {
    (0..<count).map { total * $0 / count..<total * ($0 + 1) / count }
  }
}
