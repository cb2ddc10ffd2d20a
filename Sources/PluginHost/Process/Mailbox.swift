import Dispatch
import Glibc
internal import PluginContract
internal import Synchronization

/// What tasks leave for the thread that speaks to a plugin, and what it leaves for them.
final class Mailbox: Sendable {
  /// The most bytes of a file that wait to be taken; the plugin has to wait then.
  private static let maximumWaiting = 16 << 20

  private struct State {
    var outgoing: [[UInt8]] = []
    var answers: [Answer] = []
    var waitingBytes = 0
    var isClosing = false
    /// What ended the process; whoever asks from now on gets it.
    var end: (any Error)?
    var ending = PluginEnding.notStarted
  }

  /// What the thread has to do next.
  struct Work {
    /// A frame to send, if one was wanted.
    var outgoing: [UInt8]?
    /// True while a question is open.
    var isWaiting: Bool
    /// False while enough is there that nobody took.
    var mayRead: Bool
    var isClosing: Bool
  }

  private let state = Mutex(State())
  private let hasEnded = DispatchSemaphore(value: 0)
  /// Wakes the thread from its `poll`.
  private let bell: Pipe

  /// What the thread waits for beside the plugin.
  var bellNumber: CInt { bell.read.number }

  init() throws {
    bell = try Pipe()
    bell.read.makeNonblocking()
    bell.write.makeNonblocking()
  }

  // MARK: - Tasks

  /// Sends a frame; its answer comes after those of the frames before it.
  func ask(_ frame: Frame, _ form: Answer.Form) -> Answer {
    let answer = Answer(form) { [self] frame in
      if form == .parts { take(frame.weight) }
    }
    let end = state.withLock { state -> (any Error)? in
      if let end = state.end { return end }
      state.outgoing.append(frame.bytes)
      state.answers.append(answer)
      return nil
    }
    if let end { answer.end(.failure(end)) } else { ring() }
    return answer
  }

  /// Closes the plugin's input, and waits until it is gone.
  func close() -> PluginEnding {
    state.withLock { $0.isClosing = true }
    ring()
    hasEnded.wait()
    hasEnded.signal()
    return state.withLock { $0.ending }
  }

  /// Gives the plugin up: whoever waits for it or asks it is told so at once. Does not wait.
  func cancel() {
    let open = state.withLock { state in
      state.isClosing = true
      state.end = state.end ?? CancellationError()
      return state.answers
    }
    for answer in open { answer.end(.failure(CancellationError())) }
    ring()
  }

  private func take(_ count: Int) {
    let wasFull = state.withLock { state in
      defer { state.waitingBytes -= count }
      return state.waitingBytes > Self.maximumWaiting
    }
    if wasFull { ring() }
  }

  /// A full pipe rings already.
  private func ring() { _ = unsafe write(bell.write.number, [1], 1) }

  // MARK: - The thread

  /// Ends the ringing, once the thread is awake.
  func silence() {
    var rings = [UInt8](repeating: 0, count: 64)
    while unsafe read(bell.read.number, &rings, rings.count) == rings.count {}
  }

  func nextWork(wantsFrame: Bool) -> Work {
    state.withLock { state in
      let frame = wantsFrame && !state.outgoing.isEmpty ? state.outgoing.removeFirst() : nil
      return Work(
        outgoing: frame, isWaiting: !state.answers.isEmpty,
        mayRead: state.waitingBytes <= Self.maximumWaiting, isClosing: state.isClosing)
    }
  }

  /// Hands a frame to the oldest open question.
  ///
  /// - Returns: true if that ends an answer.
  func deliver(_ frame: Frame) throws(FrameError) -> Bool {
    guard let answer = state.withLock({ $0.answers.first }) else {
      throw FrameError("it sent a frame that nobody asked for")
    }
    switch (answer.form, frame.kind) {
    case (.parts, .bytes):
      // It could send them for ever.
      guard !frame.body.isEmpty else { throw FrameError("it sent an empty part of a file") }
      state.withLock { $0.waitingBytes += frame.weight }
      answer.receive(frame)
      return false
    case (.single, _), (.parts, .control):
      _ = state.withLock { $0.answers.removeFirst() }
      answer.receive(frame)
      answer.end(.success(()))
      return true
    case (.parts, _):
      throw FrameError("it sent a frame of kind \(frame.kind.rawValue) in place of a file's part")
    }
  }

  /// Says that the process is gone; open questions get the error.
  func end(_ error: any Error, _ ending: PluginEnding) {
    let open = state.withLock { state in
      state.end = state.end ?? error
      state.ending = ending
      state.outgoing = []
      defer { state.answers = [] }
      return state.answers
    }
    for answer in open { answer.end(.failure(error)) }
    hasEnded.signal()
  }
}

extension Frame {
  /// The memory that it takes while it waits: its bytes, and what an array costs.
  fileprivate var weight: Int { body.count + 64 }
}
