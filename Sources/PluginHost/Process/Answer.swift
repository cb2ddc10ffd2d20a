import Dispatch
internal import PluginContract
internal import Synchronization

/// What a plugin will answer to one frame: waited for by a task or by a thread.
final class Answer: Sendable {
  /// How an answer ends.
  enum Form: Sendable {
    /// One frame.
    case single
    /// Parts of a file, until the control frame `done`.
    case parts
  }

  private struct State {
    /// Those before `taken` were handed on: nothing is moved for each of many small parts.
    var frames: [Frame?] = []
    var taken = 0
    var end: Result<Void, any Error>?
    var waiting: (@Sendable () -> Void)?

    var hasFrame: Bool { taken < frames.count }

    mutating func takeFrame() -> Frame? {
      guard hasFrame else { return nil }
      defer {
        taken += 1
        if !hasFrame { (frames, taken) = ([], 0) }
      }
      return frames[taken].take()
    }
  }

  let form: Form
  /// Called when a part was taken, so that more may be read.
  private let taken: @Sendable (Frame) -> Void
  private let state = Mutex(State())

  init(_ form: Form, taken: @escaping @Sendable (Frame) -> Void = { _ in }) {
    self.form = form
    self.taken = taken
  }

  // MARK: - The thread that speaks to the plugin

  func receive(_ frame: Frame) { change { $0.frames.append(frame) } }

  /// Ends the answer; the first end counts.
  func end(_ result: Result<Void, any Error>) {
    change { if $0.end == nil { $0.end = result } }
  }

  private func change(_ body: (inout State) -> Void) {
    let wake = state.withLock { state in
      body(&state)
      return state.waiting.take()
    }
    wake?()
  }

  // MARK: - Who asked

  /// The frame of a single answer.
  func frame() async throws -> Frame {
    while true {
      switch try next() {
      case .frame(let frame): return frame
      case .end: throw FrameError("an answer was asked for twice")
      case .nothingYet:
        await withTaskCancellationHandler {
          await withCheckedContinuation { continuation in wake { continuation.resume() } }
        } onCancel: {
          end(.failure(CancellationError()))
        }
      }
    }
  }

  /// The next frame, waited for by this thread; nil after the last.
  func waitForFrame() throws -> Frame? {
    while true {
      switch try next() {
      case .frame(let frame): return frame
      case .end: return nil
      case .nothingYet:
        let semaphore = DispatchSemaphore(value: 0)
        wake { semaphore.signal() }
        semaphore.wait()
      }
    }
  }

  private enum Next {
    case frame(Frame)
    case end
    case nothingYet
  }

  private func next() throws -> Next {
    let next: Next = try state.withLock { state in
      if case .failure(let error) = state.end { throw error }
      if let frame = state.takeFrame() { return .frame(frame) }
      return state.end == nil ? .nothingYet : .end
    }
    if case .frame(let frame) = next { taken(frame) }
    return next
  }

  /// Calls `body` once there is something to take.
  private func wake(_ body: @escaping @Sendable () -> Void) {
    let isReady = state.withLock { state in
      if state.hasFrame || state.end != nil { return true }
      state.waiting = body
      return false
    }
    if isReady { body() }
  }
}
