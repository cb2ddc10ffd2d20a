import Glibc

/// Runs the program that prints a password: no shell, no input, its errors on ours.
struct PasswordCommand {
  var words: [String]
  var timeout: Duration

  func run() throws -> Secret {
    var ends: [Int32] = [0, 0]
    // A pair of sockets: unlike a pipe it can be made without other threads' children inheriting it.
    guard unsafe socketpair(AF_UNIX, SocketAddress.stream | O_CLOEXEC, 0, &ends) == 0 else {
      throw SystemFault(errno)
    }
    let output = Descriptor(owning: ends[0])
    let process = try start(writingTo: Descriptor(owning: ends[1]))
    var secret = Secret()
    let status: Int32
    do {
      try read(output, into: &secret)
      status = Self.wait(process)
    } catch {
      kill(process, SIGKILL)
      _ = Self.wait(process)
      throw error
    }
    guard status == 0 else {
      throw DirectoryError(
        .configuration,
        "the password command '\(words.first ?? "")' failed with status "
          + "\(status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f); run it by hand to see why"
      )
    }
    return secret
  }

  private func start(writingTo output: consuming Descriptor) throws -> pid_t {
    guard let program = words.first else { throw SystemFault(ENOENT) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output.number, 1)
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let code = unsafe posix_spawnp(&process, program, &actions, nil, &arguments, environ)
    guard code == 0 else { throw SystemFault(code) }
    return process
  }

  /// Reads to the end, and closes: a program that prints on is not waited for.
  private func read(_ output: consuming Descriptor, into secret: inout Secret) throws {
    let deadline = ContinuousClock.now + timeout
    while true {
      let left = (deadline - .now).milliseconds
      var wait = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
      guard deadline > .now, unsafe poll(&wait, 1, Int32(left)) != 0 else {
        throw DirectoryError(
          .configuration,
          "the password command '\(words.first ?? "")' was stopped: it did not "
            + "end within \(timeout.inSeconds)")
      }
      guard try secret.read(from: output.number) else { return }
    }
  }

  private static func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }
}
