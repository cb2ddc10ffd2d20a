internal import Administration
internal import Synchronization

/// A sign of life of a run.
package enum RunSign: Sendable {
  /// More of a directory was read.
  case reads
  /// Everything was read; it is decided who is matched.
  case decides
  /// Everything was decided; it is written.
  case writes

  init(_ progress: RunProgress) {
    self = progress.isWriting ? .writes : progress.isReading ? .reads : .decides
  }
}

/// A run that can be abandoned while it reads, and not any more when it writes.
final class RunInProgress: Sendable {
  /// After how long without a sign of life a run that reads gives its place to another tenant's.
  static let patience = Duration.seconds(20)
  /// After how long a run that still reads gives it away: a hundred thousand users take less.
  static let longestTurn = Duration.seconds(2 * 60)
  /// How long a run may read: the reading of a million users takes a quarter of it.
  static let longest = Duration.seconds(60 * 60)

  private struct State {
    var task: Task<Void, Never>?
    /// What it does, since it began a read.
    var sign = RunSign.reads
    var lastSign: Duration
    var isAbandoned = false
    /// Why it was abandoned, if it was for its time.
    var isOverdue = false
  }

  /// When it began, on the service's clock.
  let began: Duration
  private let state: Mutex<State>

  /// Begins work that calls the closure it is given whenever it gets on.
  ///
  /// The task is no child of another: each run is cancelled for itself, if at all.
  init(
    _ clock: ServiceClock,
    _ work: @escaping @Sendable (_ sign: @escaping @Sendable (RunSign) -> Void) async -> Void
  ) {
    began = clock.elapsed()
    state = Mutex(State(lastSign: began))
    let task = Task { [self] in
      await work { sign in
        let now = clock.elapsed()
        self.state.withLock { state in
          state.sign = sign
          state.lastSign = now
        }
      }
    }
    let isAbandoned = state.withLock { state in
      state.task = task
      return state.isAbandoned
    }
    if isAbandoned { task.cancel() }
  }

  /// True if it reads, and has read nothing for a while.
  func isSilent(at moment: Duration) -> Bool {
    silentFrom.map { $0 <= moment } ?? false
  }

  /// True if it still reads after its turn.
  func isSlow(at moment: Duration) -> Bool {
    silentFrom != nil && began + Self.longestTurn <= moment
  }

  /// When it may give its place to another, as far as is known now; none if it does not read.
  var turnMoments: [Duration] { silentFrom.map { [$0, began + Self.longestTurn] } ?? [] }

  /// When it will have taken too long; nil if it has, or writes.
  var lastMoment: Duration? { isOverdue || isWriting ? nil : began + Self.longest }

  /// When it will have been silent for a while; nil if it does not wait for a directory.
  private var silentFrom: Duration? {
    state.withLock { $0.sign == .reads ? $0.lastSign + Self.patience : nil }
  }

  /// True if it writes, and is better waited for.
  var isWriting: Bool { state.withLock { $0.sign == .writes } }

  /// True if it was abandoned because it took too long.
  var isOverdue: Bool { state.withLock(\.isOverdue) }

  /// Cancels the run, unless it writes.
  ///
  /// - Parameter isOverdue: true if it took too long.
  func abandon(isOverdue: Bool = false) {
    let task = state.withLock { state in
      guard state.sign != .writes else { return Task<Void, Never>?.none }
      state.isAbandoned = true
      state.isOverdue = state.isOverdue || isOverdue
      return state.task
    }
    task?.cancel()
  }
}
