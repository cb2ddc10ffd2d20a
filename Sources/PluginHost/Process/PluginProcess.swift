import Dispatch
import Glibc
internal import Logging
internal import OperatingSystem
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// A plugin's process: one for a plugin and a run, started by the making of this value.
///
/// A thread of its own starts it and speaks to it (``PluginThread``). Frames may be sent from anywhere;
/// they go out in the order in which they were asked, and any number may wait for an answer.
final class PluginProcess: Sendable {
  /// A frame that was sent and has an answer.
  struct Question: Sendable {
    fileprivate let number: Int
  }

  /// How an answer ends.
  enum AnswerForm: Sendable {
    /// One frame.
    case single
    /// Parts of a file, until the control frame `done`.
    case parts
  }

  /// What the thread has to do next.
  struct Work {
    /// A frame to send, if one was wanted.
    var outgoing: [UInt8]?
    /// True while an answer is due.
    var isWaiting: Bool
    /// False while enough is there that nobody took.
    var mayRead: Bool
    var isClosing: Bool
  }

  /// The most bytes of a file that wait to be taken; the plugin has to wait then.
  private static let maximumWaiting = 16 << 20

  private struct State {
    var outgoing: [[UInt8]] = []
    var questionCount = 0
    /// The answers that were not taken to their end, by the question's number.
    var answers: [Int: Answer] = [:]
    /// The questions that the plugin has yet to answer, in order.
    var due: [Int] = []
    var waitingBytes = 0
    var isClosing = false
    /// What ended the process; whoever asks from now on gets it.
    var end: (any Error)?
    var ending = PluginEnding.notStarted

    /// Ends the answers that are due; gives what wakes those who wait for them.
    mutating func endDue(_ error: any Error) -> [@Sendable () -> Void] {
      due.compactMap { answers[$0]?.end(.failure(error)) }
    }
  }

  private let state = Mutex(State())
  private let hasEnded = DispatchSemaphore(value: 0)
  /// Wakes the thread from its `poll`.
  private let wakeUp: PipeEnds

  /// Starts a program; does not wait for it. Whoever made it closes it.
  init(_ program: CheckedProgram, limits: PluginLimits, logger: Logger, remedy: Remedy?) throws {
    wakeUp = try PipeEnds()
    try wakeUp.read.setBlocking(false)
    try wakeUp.write.setBlocking(false)
    do {
      try OwnThread.start { [self] in
        let (error, ending) = PluginThread.hold(program, limits, self, logger, remedy: remedy)
        end(error, ending)
      }
    } catch {
      // Whoever waits for the end must not wait for ever.
      end(error, .notStarted)
      throw PluginError(.failed, plugin: program.plugin, "it cannot be started: \(error)")
    }
  }

  // MARK: - Who asks

  /// Sends a frame; its answer comes after those of the frames before it.
  func ask(_ frame: Frame, _ form: AnswerForm = .single) -> Question {
    defer { wakeThread() }
    return state.withLock { state in
      state.questionCount += 1
      let number = state.questionCount
      if let end = state.end {
        state.answers[number] = Answer(form: form, end: .failure(end))
      } else {
        state.answers[number] = Answer(form: form)
        state.due.append(number)
        state.outgoing.append(frame.bytes)
      }
      return Question(number: number)
    }
  }

  /// The frame of a single answer.
  func frame(of question: Question) async throws -> Frame {
    while true {
      switch try next(of: question) {
      case .frame(let frame): return frame
      case .end: throw FrameError("an answer was asked for twice")
      case .nothingYet:
        await withTaskCancellationHandler {
          await withCheckedContinuation { continuation in
            call(whenReady: question) { continuation.resume() }
          }
        } onCancel: {
          state.withLock { $0.answers[question.number]?.end(.failure(CancellationError())) }?()
        }
      }
    }
  }

  /// The next frame of an answer, waited for by this thread; nil after the last.
  func waitForFrame(of question: Question) throws -> Frame? {
    while true {
      switch try next(of: question) {
      case .frame(let frame): return frame
      case .end: return nil
      case .nothingYet:
        let semaphore = DispatchSemaphore(value: 0)
        call(whenReady: question) { semaphore.signal() }
        semaphore.wait()
      }
    }
  }

  private enum Next {
    case frame(Frame)
    case end
    case nothingYet
  }

  private func next(of question: Question) throws -> Next {
    let (next, wasFull) = try state.withLock { state -> (Next, Bool) in
      if case .failure(let error) = state.answers[question.number]?.end { throw error }
      guard let frame = state.answers[question.number]?.takeFrame() else {
        guard state.answers[question.number]?.end == nil else {
          state.answers[question.number] = nil
          return (.end, false)
        }
        return (state.answers[question.number] == nil ? .end : .nothingYet, false)
      }
      guard state.answers[question.number]?.form == .parts, frame.kind == .bytes else {
        return (.frame(frame), false)
      }
      defer { state.waitingBytes -= frame.weight }
      return (.frame(frame), state.waitingBytes > Self.maximumWaiting)
    }
    if wasFull { wakeThread() }
    return next
  }

  /// Calls `body` once there is something to take.
  private func call(whenReady question: Question, _ body: @escaping @Sendable () -> Void) {
    let isReady = state.withLock { state in
      guard let answer = state.answers[question.number], !answer.isReady else { return true }
      state.answers[question.number]?.waiting = body
      return false
    }
    if isReady { body() }
  }

  /// Closes the plugin's input, and waits until it is gone; if it does not end by itself, it is killed.
  @discardableResult
  func close() -> PluginEnding {
    state.withLock { $0.isClosing = true }
    wakeThread()
    hasEnded.wait()
    hasEnded.signal()
    return state.withLock { $0.ending }
  }

  /// Gives the plugin up: whoever waits for it or asks it is told so at once. Does not wait.
  func cancel() {
    let waiting = state.withLock { state in
      state.isClosing = true
      state.end = state.end ?? CancellationError()
      return state.endDue(CancellationError())
    }
    for wake in waiting { wake() }
    wakeThread()
  }

  /// A full pipe wakes it already.
  private func wakeThread() { _ = unsafe write(wakeUp.write.number, [1], 1) }

  // MARK: - The thread

  /// What the thread waits for beside the plugin.
  var wakeUpNumber: CInt { wakeUp.read.number }

  /// Empties the pipe, once the thread is awake.
  func clearWakeUps() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while unsafe read(wakeUp.read.number, &bytes, bytes.count) == bytes.count {}
  }

  func nextWork(wantsFrame: Bool) -> Work {
    state.withLock { state in
      let frame = wantsFrame && !state.outgoing.isEmpty ? state.outgoing.removeFirst() : nil
      return Work(
        outgoing: frame, isWaiting: !state.due.isEmpty,
        mayRead: state.waitingBytes <= Self.maximumWaiting, isClosing: state.isClosing)
    }
  }

  /// Hands a frame to the oldest question without an answer.
  ///
  /// - Returns: true if that ends an answer.
  func deliver(_ frame: Frame) throws(FrameError) -> Bool {
    let (isWhole, wake) = try state.withLock {
      state throws(FrameError) -> (Bool, (@Sendable () -> Void)?) in
      guard let number = state.due.first, let form = state.answers[number]?.form else {
        throw FrameError("it sent a frame that nobody asked for")
      }
      switch (form, frame.kind) {
      case (.parts, .bytes):
        // It could send them for ever.
        guard !frame.body.isEmpty else { throw FrameError("it sent an empty part of a file") }
        state.waitingBytes += frame.weight
        return (false, state.answers[number]?.receive(frame))
      case (.single, _), (.parts, .control):
        state.due.removeFirst()
        let wake = state.answers[number]?.receive(frame)
        _ = state.answers[number]?.end(.success(()))
        return (true, wake)
      case (.parts, _):
        throw FrameError("it sent a frame of kind \(frame.kind.rawValue) in place of a file's part")
      }
    }
    wake?()
    return isWhole
  }

  /// Says that the process is gone; questions without an answer get the error.
  private func end(_ error: any Error, _ ending: PluginEnding) {
    let waiting = state.withLock { state in
      state.end = state.end ?? error
      state.ending = ending
      state.outgoing = []
      defer { state.due = [] }
      return state.endDue(error)
    }
    for wake in waiting { wake() }
    hasEnded.signal()
  }
}

/// What is there of an answer.
private struct Answer {
  let form: PluginProcess.AnswerForm
  /// Those before `taken` were handed on: nothing is moved for each of many small parts.
  private var frames: [Frame?] = []
  private var taken = 0
  private(set) var end: Result<Void, any Error>?
  /// Wakes who waits for it.
  var waiting: (@Sendable () -> Void)?

  init(form: PluginProcess.AnswerForm, end: Result<Void, any Error>? = nil) {
    self.form = form
    self.end = end
  }

  var isReady: Bool { taken < frames.count || end != nil }

  /// - Returns: what wakes who waits.
  mutating func receive(_ frame: Frame) -> (@Sendable () -> Void)? {
    frames.append(frame)
    return waiting.take()
  }

  /// The first end counts.
  mutating func end(_ result: Result<Void, any Error>) -> (@Sendable () -> Void)? {
    end = end ?? result
    return waiting.take()
  }

  mutating func takeFrame() -> Frame? {
    guard taken < frames.count else { return nil }
    defer {
      taken += 1
      if taken == frames.count { (frames, taken) = ([], 0) }
    }
    return frames[taken].take()
  }
}

extension Frame {
  /// The memory that it takes while it waits: its bytes, and what an array costs.
  fileprivate var weight: Int { body.count + 64 }
}
