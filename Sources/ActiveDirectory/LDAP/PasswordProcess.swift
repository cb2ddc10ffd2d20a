import CLDAP
import Glibc

/// A password program that was started. It leads a session of its own; when this goes, every process
/// of its group is killed.
struct PasswordProcess: ~Copyable {
  /// The most bytes of its standard error that are kept.
  private static let longestWords = 300
  /// `POSIX_SPAWN_SETSID` of spawn.h, which Swift's Glibc module lacks.
  private static let ownSession: Int16 = 0x80

  /// What it has printed.
  private(set) var secret = Secret()
  private let id: pid_t
  private let output: Descriptor
  private let errors: Descriptor
  private var (isOutputOpen, areErrorsOpen) = (true, true)
  private var words: [UInt8] = []
  private var ended: Int32?

  /// Starts it.
  ///
  /// - Parameters:
  ///   - path: the program's file.
  ///   - words: its name and arguments.
  /// - Throws: ``SystemFault``.
  init(_ path: String, _ words: [String]) throws {
    let output = try Stream()
    let errors = try Stream()
    id = try Self.start(path, words, output: output.end.number, errors: errors.end.number)
    self.output = output.ours
    self.errors = errors.ours
  }

  deinit { if ended == nil { _ = Self.end(id) } }

  // MARK: Start

  /// A pair of sockets: unlike a pipe it can be made without other threads' children inheriting it.
  private struct Stream: ~Copyable {
    let ours: Descriptor
    /// The program's.
    let end: Descriptor

    init() throws {
      var ends: [Int32] = [0, 0]
      guard unsafe socketpair(AF_UNIX, SocketAddress.stream | O_CLOEXEC, 0, &ends) == 0 else {
        throw SystemFault(errno)
      }
      _ = fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | O_NONBLOCK)
      ours = Descriptor(owning: ends[0])
      end = Descriptor(owning: ends[1])
    }
  }

  private static func start(
    _ path: String, _ words: [String], output: Int32, errors: Int32
  ) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var attributes = usualSignals()
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var id: pid_t = 0
    let code = unsafe posix_spawn(&id, path, &actions, &attributes, &arguments, environ)
    guard code == 0 else { throw SystemFault(code) }
    return id
  }

  /// None blocked and none ignored, whatever this process does with them.
  private static func usualSignals() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, ownSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    return attributes
  }

  // MARK: Read

  /// Takes what is there, or what comes first within a time.
  mutating func read(within limit: Duration) throws {
    guard isOutputOpen || areErrorsOpen else {
      usleep(UInt32(min(limit, .milliseconds(5)) / .microseconds(1)))
      return
    }
    var waits = [(output.number, isOutputOpen), (errors.number, areErrorsOpen)].map {
      pollfd(fd: $1 ? $0 : -1, events: Int16(POLLIN), revents: 0)
    }
    guard unsafe poll(&waits, 2, Int32(limit / .milliseconds(1))) > 0 else { return }
    // What is left when the program ends may come in several parts.
    while isOutputOpen, !secret.isFull {
      guard let isMore = try secret.readIfReady(from: output.number) else { break }
      isOutputOpen = isMore
    }
    readErrors()
  }

  /// What is too much is read, so that the program is not stopped by it, and forgotten.
  private mutating func readErrors() {
    var part = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<16 where areErrorsOpen {
      let count = unsafe Glibc.read(errors.number, &part, part.count)
      if count < 0 { return }
      areErrorsOpen = count > 0
      words += part.prefix(min(count, Self.longestWords - words.count))
    }
  }

  /// What it wrote to its standard error, for the end of a message: one line without control
  /// characters, and nothing at all if what it printed is in it.
  var lastWords: String {
    let text = String(decoding: words, as: UTF8.self).unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: " "
      default: String(scalar)
      }
    }.joined().split(separator: " ").joined(separator: " ")
    let isTelling = unsafe secret.withBytes { printed in
      let line = unsafe String(decoding: printed.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
      return !line.isEmpty && text.contains(line)
    }
    guard !text.isEmpty, !isTelling else { return "; run it by hand to see why" }
    return "; its last output: \(text)"
  }

  /// What it printed; this value has none of it afterwards.
  mutating func takeSecret() -> Secret {
    var taken = Secret()
    swap(&taken, &secret)
    return taken
  }

  // MARK: End

  /// True if it has ended; its children may not have.
  var hasEnded: Bool {
    var information = unsafe siginfo_t()
    let code = unsafe waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
    return unsafe code == 0 && information.si_signo != 0
  }

  /// Ends all of its group and tells how it ended, as wait(2) says it.
  mutating func status() -> Int32 {
    let status = ended ?? Self.end(id)
    ended = status
    return status
  }

  /// The group has its number as long as it is not waited for, so nobody else is hit.
  private static func end(_ id: pid_t) -> Int32 {
    kill(-id, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0 && errno == EINTR {}
    return status
  }
}
