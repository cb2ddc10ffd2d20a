import Glibc
import TenantCore

/// Runs the program that prints a password: no shell, no input, in a session of its own.
///
/// It has `timeout` for its whole life, whatever it does with its output; and when it has ended, or
/// its time is over, every process of its group is killed.
struct PasswordCommand {
  var words: [String]
  var timeout: Duration
  var cancellation: Cancellation

  private var name: String { words.first ?? "" }

  /// What it printed, as far as there is room for a password.
  ///
  /// - Throws: ``DirectoryError`` of the configuration; `CancellationError`.
  func run() throws -> Secret {
    let path = try PasswordProgram(words).path()
    var process: PasswordProcess
    do {
      process = try PasswordProcess(path, words)
    } catch {
      throw failure("cannot be run: \(error)", cause: error)
    }
    let deadline = ContinuousClock.now + timeout
    while !process.hasEnded {
      try cancellation.check()
      guard ContinuousClock.now < deadline else {
        throw failure("was stopped: it did not end within \(timeout.inSeconds)")
      }
      try read(&process, waiting: min(.milliseconds(LDAPHandle.slice), deadline - .now))
      // No password is so long; the rest is not waited for.
      if process.secret.isFull { return process.takeSecret() }
    }
    try read(&process, waiting: .zero)
    let status = process.status()
    guard status == 0 else {
      throw failure("failed with \(Self.words(of: status))\(process.lastWords)")
    }
    return process.takeSecret()
  }

  private func read(_ process: inout PasswordProcess, waiting limit: Duration) throws {
    do { try process.read(within: limit) } catch {
      throw failure("cannot be read: \(error)", cause: error)
    }
  }

  private static func words(of status: Int32) -> String {
    status & 0x7f == 0 ? "status \(status >> 8 & 0xff)" : "signal \(status & 0x7f)"
  }

  private func failure(_ words: String, cause: (any Error)? = nil) -> DirectoryError {
    DirectoryError(.configuration, "the password command '\(name)' \(words)", cause: cause)
  }
}
