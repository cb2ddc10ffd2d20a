internal import Glibc

/// A stream of a program that is to be started: its own end, and this process's, if it has one.
struct StreamPair: ~Copyable {
  let ours: FileDescriptor?
  /// Closed on exec as all descriptors are; the program has a copy under the stream's number.
  let theirs: FileDescriptor

  private init(ours: consuming FileDescriptor?, theirs: consuming FileDescriptor) {
    self.ours = ours
    self.theirs = theirs
  }

  /// Its standard input.
  static func input(hasBytes: Bool) throws(SystemFailure) -> StreamPair {
    guard hasBytes else {
      return StreamPair(ours: nil, theirs: try nowhere())
    }
    let pipe = try PipeEnds()
    try pipe.write.setBlocking(false)
    return StreamPair(ours: pipe.write, theirs: pipe.read)
  }

  /// Its standard output or standard error.
  static func output(_ output: ProgramOutput) throws(SystemFailure) -> StreamPair {
    switch output {
    case .discarded: return StreamPair(ours: nil, theirs: try nowhere())
    case .standardError:
      let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
      return StreamPair(ours: nil, theirs: try FileDescriptor(checking: copy))
    case .read:
      let pipe = try PipeEnds()
      try pipe.read.setBlocking(false)
      return StreamPair(ours: pipe.read, theirs: pipe.write)
    }
  }

  private static func nowhere() throws(SystemFailure) -> FileDescriptor {
    try FileDescriptor(opening: "/dev/null", flags: O_RDWR)
  }
}

/// This process's ends of a running program's streams, and what is done with them on the thread that watches it.
struct ProgramStreams: ~Copyable {
  /// Why the watch is over.
  enum WatchEnd: Sendable {
    case ended, late, full
  }

  private var input: FileDescriptor?
  /// What was not written yet.
  private var rest: ArraySlice<UInt8>
  private var output: ProgramSource
  private var errors: ProgramSource

  init(
    input: consuming FileDescriptor?, bytes: [UInt8], output: consuming ProgramSource,
    errors: consuming ProgramSource
  ) {
    self.input = input
    rest = bytes[...]
    self.output = output
    self.errors = errors
  }

  /// Serves the streams until the program has ended, its time is over or no more is wanted of it; then its group is
  /// killed. It has not been waited for, so the group's number is still its own.
  ///
  /// - Parameters:
  ///   - process: its number, which is its group's too.
  ///   - handle: a descriptor that can be read when it has ended (pidfd_open(2)); -1 if the kernel has none.
  mutating func watch(
    _ process: pid_t, _ handle: CInt, until deadline: ContinuousClock.Instant?,
    _ cancellation: Cancellation
  ) throws -> WatchEnd {
    defer { kill(-process, SIGKILL) }
    while true {
      let hasEnded = Self.hasEnded(process)
      // After the end this takes what is left in the pipes.
      let isFull = try output.read()
      _ = try errors.read()
      if hasEnded { return .ended }
      if isFull { return .full }
      try cancellation.check()
      if let deadline, ContinuousClock.now >= deadline { return .late }
      write()
      wait(handle, until: deadline)
    }
  }

  /// True if it has ended; its children may not have.
  private static func hasEnded(_ process: pid_t) -> Bool {
    var facts = unsafe siginfo_t()
    let code = unsafe waitid(P_PID, id_t(process), &facts, WEXITED | WNOHANG | WNOWAIT)
    return unsafe code == 0 && facts.si_signo != 0
  }

  /// Writes what there is room for. Whether a program that closes its input did well is told by how it ends.
  private mutating func write() {
    guard let descriptor = input.take() else { return }
    do throws(SystemFailure) {
      rest = rest.dropFirst(try descriptor.writeSome(rest))
    } catch {
      guard error.isNothingYet else { return }
    }
    if !rest.isEmpty { input = .some(descriptor) }
  }

  private borrowing func wait(_ handle: CInt, until deadline: ContinuousClock.Instant?) {
    let slice = handle < 0 ? Duration.milliseconds(5) : OwnThread.slice
    let limit = deadline.map { min(slice, max(.zero, $0 - .now)) } ?? slice
    var waits = [
      pollfd(fd: handle, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: inputNumber, events: Int16(POLLOUT), revents: 0),
    ]
    unsafe poll(&waits, nfds_t(waits.count), CInt(limit / .milliseconds(1)) + 1)
  }

  private var inputNumber: CInt {
    switch input {
    case .some(let descriptor): descriptor.number
    case .none: -1
    }
  }
}

/// One of a program's outputs, and who reads it.
struct ProgramSource: ~Copyable {
  private var descriptor: FileDescriptor?
  private let reader: (any ProgramOutputReader)?

  init(_ descriptor: consuming FileDescriptor?, _ output: ProgramOutput) {
    self.descriptor = descriptor
    reader = if case .read(let reader) = output { reader } else { nil }
  }

  /// The descriptor; -1 if there is nothing to be read any more.
  var number: CInt {
    switch descriptor {
    case .some(let descriptor): descriptor.number
    case .none: -1
    }
  }

  /// Reads what there is.
  ///
  /// - Returns: true if no more is wanted.
  mutating func read() throws -> Bool {
    guard let reader, let descriptor = descriptor.take() else { return false }
    switch try reader.read(from: descriptor) {
    case .closed: return false
    case .full: return true
    case .waiting:
      self.descriptor = .some(descriptor)
      return false
    }
  }
}
