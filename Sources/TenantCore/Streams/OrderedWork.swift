internal import Dispatch
internal import OperatingSystem
internal import Synchronization

/// Works at several pieces at once, each on a thread of its own, and hands the results on in the order of the
/// pieces: neither results nor the first error depend on how many threads there are.
package struct OrderedWork: Sendable {
  /// How many pieces are worked at; one needs no thread.
  package let threads: Int

  /// Takes a number of threads, at least one.
  package init(threads: Int) { self.threads = max(1, threads) }

  /// Takes pieces until there are no more. It blocks, and is for work that has a thread of its own already.
  ///
  /// - Parameters:
  ///   - next: gives the next piece, on the caller's thread.
  ///   - work: what is done with each.
  ///   - deliver: takes each result, on the caller's thread.
  /// - Throws: the first error by the pieces' order; `NoThread`.
  package func run<Piece: Sendable, Outcome: Sendable>(
    next: () throws -> Piece?, work: @escaping @Sendable (Piece) throws -> Outcome,
    deliver: (Outcome) throws -> Void
  ) throws {
    guard threads > 1 else {
      while let piece = try next() { try deliver(work(piece)) }
      return
    }
    let board = Board<Piece, Outcome>()
    defer { board.close(threads) }
    for _ in 0..<threads {
      try OwnThread.start {
        while let (number, piece) = board.take() { board.put(number, Result { try work(piece) }) }
      }
    }
    var (given, delivered) = (0, 0)
    var failure: (any Error)?
    var isDone = false
    while true {
      // One piece more than threads, so that none of them waits while a result is handed on.
      while !isDone, given - delivered <= threads {
        do {
          guard let piece = try next() else {
            isDone = true
            break
          }
          board.add(given, piece)
          given += 1
        } catch {
          // What came before it is handed on first.
          failure = error
          isDone = true
        }
      }
      guard delivered < given else { break }
      try deliver(board.result(of: delivered).get())
      delivered += 1
    }
    if let failure { throw failure }
  }

  /// The pieces that wait and the results that are there.
  private final class Board<Piece: Sendable, Outcome: Sendable>: Sendable {
    private struct State {
      var pieces: [(Int, Piece)] = []
      var results: [Int: Result<Outcome, any Error>] = [:]
    }

    private let state = Mutex(State())
    private let pieces = DispatchSemaphore(value: 0)
    private let results = DispatchSemaphore(value: 0)

    func add(_ number: Int, _ piece: Piece) {
      state.withLock { $0.pieces.append((number, piece)) }
      pieces.signal()
    }

    /// Waits for a piece; nil once there is nothing more to do.
    func take() -> (Int, Piece)? {
      pieces.wait()
      return state.withLock { $0.pieces.isEmpty ? nil : $0.pieces.removeFirst() }
    }

    func put(_ number: Int, _ result: Result<Outcome, any Error>) {
      state.withLock { $0.results[number] = result }
      results.signal()
    }

    func result(of number: Int) -> Result<Outcome, any Error> {
      while true {
        if let result = state.withLock({ $0.results.removeValue(forKey: number) }) { return result }
        results.wait()
      }
    }

    /// Lets all threads end; what nobody has begun is dropped.
    func close(_ threads: Int) {
      state.withLock { $0.pieces = [] }
      for _ in 0..<threads { pieces.signal() }
    }
  }
}
