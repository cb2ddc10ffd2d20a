import Glibc
internal import Logging
internal import OperatingSystem
internal import PluginContract
internal import TenantCore
internal import YAMLFiles

/// What the thread of a plugin's process does, from start to end.
struct PluginThread: ~Copyable {
  /// So many bytes of a file within the time for an answer count as one.
  private static let progress = 1 << 20

  private let plugin: String
  private let remedy: Remedy?
  private let limits: PluginLimits
  private let process: PluginProcess
  private let child: pid_t
  private let isolation: PluginIsolation
  private let folder: WorkingFolder
  private let output: FileDescriptor
  private let errors: FileDescriptor
  private var input: FileDescriptor?
  private var log: StandardErrorLog
  private var parser = FrameParser()
  private var sending: [UInt8] = []
  private var sentCount = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)
  private var hasErrors = true
  private var hasAnswered = false
  /// Of the file's parts since the time was last counted again.
  private var partBytes = 0
  /// Since when the plugin owes an answer.
  private var owesSince: ContinuousClock.Instant?

  /// Starts a program, speaks to it until nobody wants it or it fails, and ends it.
  ///
  /// - Returns: what whoever asks later is told, and how the program ended.
  static func hold(
    _ program: CheckedProgram, _ limits: PluginLimits, _ process: PluginProcess, _ logger: Logger,
    remedy: Remedy?
  ) -> (any Error, PluginEnding) {
    // A pipe that the plugin closed is an error of the write, not a signal.
    var closedPipe = sigset_t()
    unsafe sigemptyset(&closedPipe)
    unsafe sigaddset(&closedPipe, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &closedPipe, nil)
    do {
      let started = try PluginLaunch(program: program, limits: limits).start()
      logger.debug(
        "plugin '\(program.plugin)' started",
        metadata: [
          "process": "\(started.process)", "folder": "\(started.folder.path)",
          "isolation": "\(started.isolation.words.joined(separator: ", "))",
        ])
      var plugin = PluginThread(
        started, program, limits, process, logger, remedy: remedy)
      return plugin.run()
    } catch let error as PluginError {
      return (error, .notStarted)
    } catch {
      let words = (error as? SystemFailure)?.inWords ?? "\(error)"
      let failure = PluginError(
        .failed, plugin: program.plugin,
        "it cannot be started: \(words); check that TMPDIR is a writable folder, and that "
          + "enough files may be open")
      return (failure, .notStarted)
    }
  }

  private init(
    _ started: consuming PluginLaunch.Started, _ program: CheckedProgram, _ limits: PluginLimits,
    _ process: PluginProcess, _ logger: Logger, remedy: Remedy?
  ) {
    plugin = program.plugin
    self.remedy = remedy
    self.limits = limits
    self.process = process
    child = started.process
    isolation = started.isolation
    output = started.output
    errors = started.errors
    folder = started.folder
    input = .some(started.input)
    log = StandardErrorLog(plugin: program.plugin, logger: logger, limit: limits.logBytes)
  }

  // MARK: - The conversation

  private mutating func run() -> (any Error, PluginEnding) {
    do {
      while try turn() {}
      let ending = end(atOnce: owesSince != nil)
      return (PluginError(.failed, plugin: plugin, "it was ended and asked again"), ending)
    } catch {
      let ending = end(atOnce: !(error is Ended))
      let words = log.lastWords().map { "; its last output: \($0)" } ?? ""
      let reason = error is Ended ? ending.withoutAnswer : "\(error)"
      let failure = PluginError(
        .failed, plugin: plugin, (reason + words).trimmingSuffix("."), remedy: remedy)
      return (failure, ending)
    }
  }

  /// The plugin closed its output.
  private struct Ended: Error {}

  /// One round: send, receive, watch the time.
  ///
  /// - Returns: false if nobody wants the plugin any more.
  private mutating func turn() throws -> Bool {
    let work = process.nextWork(wantsFrame: sentCount == sending.count)
    if let frame = work.outgoing {
      sending = frame
      sentCount = 0
    }
    if work.isClosing {
      owesSince = work.isWaiting ? .now : nil
      return false
    }
    try watchTime(work)
    let ready = wait(for: work)
    if ready.errors { _ = readErrors() }
    if ready.input { try send() }
    if ready.output { try receive() }
    return true
  }

  private mutating func watchTime(_ work: PluginProcess.Work) throws {
    guard work.isWaiting, work.mayRead else { return owesSince = nil }
    let since = owesSince ?? .now
    owesSince = since
    let limit = hasAnswered ? limits.answerTime : limits.startTime
    if since.duration(to: .now) > limit {
      throw FrameError(
        "it did not \(hasAnswered ? "answer" : "greet") within \(limit.components.seconds) seconds and was stopped"
      )
    }
  }

  private mutating func wait(for work: PluginProcess.Work) -> (
    input: Bool, output: Bool, errors: Bool
  ) {
    let wantsToSend = sentCount < sending.count
    var waits = [
      pollfd(fd: process.wakeUpNumber, events: Int16(POLLIN), revents: 0),
      pollfd(fd: work.mayRead ? output.number : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: hasErrors ? errors.number : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wantsToSend ? input?.number ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
    ]
    // Looks at the clock now and then while an answer is due.
    let count = unsafe poll(&waits, nfds_t(waits.count), work.isWaiting ? 100 : -1)
    guard count > 0 else { return (false, false, false) }
    if waits[0].revents != 0 { process.clearWakeUps() }
    return (waits[3].revents != 0, waits[1].revents != 0, waits[2].revents != 0)
  }

  private mutating func send() throws {
    guard let number = input?.number else { return }
    let count = unsafe sending.withUnsafeBytes { bytes in
      unsafe write(
        number, bytes.baseAddress?.advanced(by: sentCount), bytes.count - sentCount)
    }
    if count >= 0 {
      sentCount += count
    } else if errno != EAGAIN && errno != EINTR {
      throw Ended()
    }
  }

  private mutating func receive() throws {
    let count = fill(from: output.number)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else { throw Ended() }
    for frame in try parser.take(buffer[..<count]) {
      let isWhole = try process.deliver(frame)
      hasAnswered = true
      partBytes += frame.body.count
      // A file that only drips is no answer.
      guard isWhole || partBytes >= Self.progress else { continue }
      partBytes = 0
      owesSince = nil
    }
  }

  /// Reads what there is of standard error; false if there is nothing.
  private mutating func readErrors() -> Bool {
    let count = fill(from: errors.number)
    if count > 0 { log.take(buffer[..<count]) }
    if count == 0 { hasErrors = false }
    return count > 0
  }

  private mutating func fill(from number: CInt) -> Int {
    unsafe buffer.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
  }

  // MARK: - The end

  /// Closes the input and waits; kills what does not end in time. Then no process is left.
  ///
  /// - Parameter atOnce: true to give it a moment only: it has failed.
  /// - Returns: how it ended, in words.
  private mutating func end(atOnce: Bool) -> PluginEnding {
    input = nil
    let deadline = ContinuousClock.now + (atOnce ? .milliseconds(200) : limits.endTime)
    var status: CInt = 0
    var wasKilled = false
    while unsafe waitpid(child, &status, WNOHANG) == 0 {
      if ContinuousClock.now > deadline {
        wasKilled = true
        kill(-child, SIGKILL)
        kill(child, SIGKILL)
        while unsafe waitpid(child, &status, 0) < 0 && errno == EINTR {}
        break
      }
      if !readErrors(), fill(from: output.number) <= 0 { usleep(500) }
    }
    // What it started and left behind; a process namespace of its own ends with it.
    if !isolation.contains(.ownProcesses) { kill(-child, SIGKILL) }
    // No more than fits in a pipe: what outlives the plugin may write on.
    for _ in 0..<64 where readErrors() {}
    return wasKilled ? .killed : PluginEnding(status: status)
  }
}

extension String {
  /// The text without a character at its end.
  fileprivate func trimmingSuffix(_ end: Character) -> String {
    last == end ? String(dropLast()) : self
  }
}
