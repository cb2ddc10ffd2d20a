internal import Foundation
internal import Glibc
internal import Synchronization
internal import TenantCore

/// A program in a process group of its own, with a pipe as its input and nothing else of this process:
/// no other descriptor, no blocked or ignored signal.
final class StartedProgram: Sendable {
  /// How it ended.
  enum End: Sendable, Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  private let process: pid_t
  private let input: Int32
  private let ending = Mutex(Ending())

  private struct Ending {
    /// True once the process is a zombie: it may still be named.
    var isOver = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// Starts a program.
  ///
  /// - Parameter environment: as `NAME=value`.
  /// - Throws: ``NotificationFailure`` if it cannot be started.
  init(_ path: String, environment: [String]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Self.failure(errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    do {
      process = try Self.start(path, environment, input: ends[0])
    } catch {
      close(ends[1])
      throw error
    }
    input = ends[1]
    // A program that reads nothing is to hold up nobody.
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
    Thread { [self] in watch() }.start()
  }

  private static func failure(_ code: Int32) -> NotificationFailure {
    NotificationFailure(
      description: "it cannot be started: \(String(cString: strerror(code)).lowercased())")
  }

  private static func start(
    _ path: String, _ environment: [String], input: Int32
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    for output: Int32 in [1, 2] {
      posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
    }
    for descriptor in openDescriptors where descriptor > 2 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    setSignals(of: &attributes)
    return try withWords([path]) { arguments in
      try withWords(environment) { environment in
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, &attributes, arguments, environment)
        guard code == 0 else { throw failure(code) }
        return process
      }
    }
  }

  /// Those of this process, most of which close by themselves when a program is started.
  private static var openDescriptors: [Int32] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return (names ?? []).compactMap { Int32($0) }
  }

  /// A group of its own, all signals as a program expects them.
  private static func setSignals(of attributes: inout posix_spawnattr_t) {
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
  }

  private static func withWords<Value>(
    _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Value
  ) rethrows -> Value {
    let pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return try body(pointers)
  }

  /// Writes to the program's input, on a thread of its own that ends with the program at the latest, and
  /// closes it.
  func send(_ bytes: [UInt8]) {
    Thread { [self] in
      var rest = bytes[...]
      while !rest.isEmpty, !ending.withLock(\.isOver) {
        var wait = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
        guard poll(&wait, 1, 100) >= 0 || errno == EINTR else { break }
        let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        if count < 0, errno != EAGAIN, errno != EINTR { break }
        rest = rest.dropFirst(max(0, count))
      }
      close(input)
    }.start()
  }

  /// Waits for the end, and leaves the zombie, so that its number stays its own.
  private func watch() {
    var facts = siginfo_t()
    while waitid(P_PID, id_t(process), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    let waiting = ending.withLock { ending in
      ending.isOver = true
      defer { ending.waiting = [] }
      return ending.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits until the program itself has ended.
  func ended() async {
    await withCheckedContinuation { continuation in
      let isOver = ending.withLock { ending in
        if !ending.isOver { ending.waiting.append(continuation) }
        return ending.isOver
      }
      if isOver { continuation.resume() }
    }
  }

  /// Kills the program and all that it started, as far as they stayed in its group.
  func killAll() { kill(-process, SIGKILL) }

  /// How it ended; called once, after which the process is gone.
  func end() async -> End {
    await ended()
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }
}
