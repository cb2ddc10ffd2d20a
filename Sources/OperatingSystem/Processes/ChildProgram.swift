internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A program that is run to its end: no shell, a session of its own, default signals, and no descriptor of this
/// process but its three streams.
///
/// swift-subprocess starts it and takes note of its end; it can do so with any number of open descriptors. A thread of
/// its own speaks to it meanwhile, because a password goes from the pipe into memory that is overwritten, and because
/// what the program leaves behind is killed before its number can become another's.
package struct ChildProgram: Sendable {
  /// What a program finds as its environment.
  package enum Environment: Sendable {
    /// This process's, with other values for some names.
    case inherited(changing: [String: String] = [:])
    /// These values alone.
    case only([String: String])
  }

  /// How a program ended.
  package enum Ending: Sendable, Equatable {
    /// By itself, with this exit code.
    case exit(CInt)
    /// By a signal.
    case signal(CInt)
    /// It was killed, because its time was over.
    case late
    /// It was killed, because nobody wanted more of its output.
    case full
  }

  /// The program's file.
  package var path: String
  /// The name by which it was called; nil: its path.
  package var name: String?
  /// The arguments after its name.
  package var arguments: [String] = []
  /// Its environment.
  package var environment: Environment
  /// The folder in which it runs; nil: this process's.
  package var folder: String?
  /// How long it may live, whatever it does with its streams; nil: as long as it likes.
  package var timeLimit: Duration?

  /// - Parameter environment: is chosen by every caller: this process's may hold passwords.
  package init(path: String, environment: Environment, timeLimit: Duration?) {
    self.path = path
    self.environment = environment
    self.timeLimit = timeLimit
  }

  /// Runs the program. When it has ended, its time is over or the task is cancelled, it is killed with all that it
  /// started, as far as that stayed in its session's group.
  ///
  /// - Parameters:
  ///   - input: what stands on its standard input; it need not be read.
  ///   - output: where its standard output goes.
  ///   - errors: where its standard error goes.
  /// - Throws: ``SystemFailure`` if it cannot be started; what a reader throws; `CancellationError`.
  package func run(
    input: [UInt8] = [], output: ProgramOutput = .discarded, errors: ProgramOutput = .discarded
  ) async throws -> Ending {
    let deadline = timeLimit.map { ContinuousClock.now + $0 }
    let standardInput = try StreamPair.input(hasBytes: !input.isEmpty)
    let standardOutput = try StreamPair.output(output)
    let standardError = try StreamPair.output(errors)
    let streams = Streams(
      ProgramStreams(
        input: standardInput.ours, bytes: input,
        output: ProgramSource(standardOutput.ours, output),
        errors: ProgramSource(standardError.ours, errors)))
    do {
      let result = try await Subprocess.run(
        .path(FilePath(path)),
        arguments: Arguments(executablePathOverride: name, remainingValues: arguments),
        environment: variables, workingDirectory: folder.map { FilePath($0) },
        platformOptions: Self.options,
        input: .fileDescriptor(Self.given(standardInput.theirs), closeAfterSpawningProcess: true),
        output: .fileDescriptor(
          Self.given(standardOutput.theirs), closeAfterSpawningProcess: true),
        error: .fileDescriptor(Self.given(standardError.theirs), closeAfterSpawningProcess: true)
      ) { execution in
        try await streams.watch(execution.processIdentifier, until: deadline)
      }
      let ending = Ending(result.closureResult, result.terminationStatus)
      // swift-subprocess may kill it before its watcher sees that it is to.
      if ending == .signal(SIGKILL) { try Task.checkCancellation() }
      return ending
    } catch let error as SubprocessError {
      throw failure(error)
    }
  }

  /// A session of its own is a group of its own too.
  private static var options: PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
    ]
    return options
  }

  private var variables: Subprocess.Environment {
    func named(_ values: [String: String]) -> [Subprocess.Environment.Key: String] {
      var variables: [Subprocess.Environment.Key: String] = [:]
      for (name, value) in values {
        if let key = Subprocess.Environment.Key(rawValue: name) { variables[key] = value }
      }
      return variables
    }
    return switch environment {
    case .inherited(let changes): .inherit.updating(named(changes).mapValues { .some($0) })
    case .only(let values): .custom(named(values))
    }
  }

  private static func given(
    _ descriptor: consuming FileDescriptor
  ) -> SystemPackage.FileDescriptor {
    SystemPackage.FileDescriptor(rawValue: descriptor.release())
  }

  /// swift-subprocess says of every program that it cannot find or may not execute that it is not there.
  private func failure(_ error: SubprocessError) -> SystemFailure {
    if error.code == .executableNotFound {
      if unsafe access(path, X_OK) != 0 { return .last }
      if (try? FileStatus(of: path))?.isFolder == true { return SystemFailure(number: EACCES) }
    }
    return SystemFailure(number: error.underlyingError?.rawValue ?? EIO)
  }

  /// The streams on their way to the thread that uses them alone.
  private final class Streams: Sendable {
    private let streams: Mutex<ProgramStreams>

    init(_ streams: consuming ProgramStreams) { self.streams = Mutex(streams) }

    func watch(
      _ process: ProcessIdentifier, until deadline: ContinuousClock.Instant?
    ) async throws -> ProgramStreams.WatchEnd {
      try await OwnThread.run { cancellation in
        try self.streams.withLock {
          try $0.watch(process.value, process.processDescriptor, until: deadline, cancellation)
        }
      }
    }
  }
}

extension ChildProgram.Ending {
  fileprivate init(_ end: ProgramStreams.WatchEnd, _ status: TerminationStatus) {
    switch (end, status) {
    case (.late, _): self = .late
    case (.full, _): self = .full
    case (.ended, .exited(let code)): self = .exit(code)
    case (.ended, .signaled(let number)): self = .signal(number)
    }
  }
}
