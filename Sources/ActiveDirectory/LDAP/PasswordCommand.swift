import OperatingSystem
import Synchronization
import TenantCore

/// Runs the program that prints a password: no shell, no input, in a session of its own.
///
/// It has `timeout` for its whole life, whatever it does with its output; and when it has ended, or
/// its time is over, every process of its group is killed.
struct PasswordCommand {
  /// The most bytes of its standard error that are kept.
  private static let longestWords = 300

  var words: [String]
  var timeout: Duration
  var cancellation: Cancellation

  private var name: String { words.first ?? "" }

  /// What it printed, as far as there is room for a password.
  ///
  /// - Throws: ``DirectoryError`` of the configuration; `CancellationError`.
  func run() throws -> Secret {
    var program = ChildProgram(
      path: try PasswordProgram(words).path(), environment: .inherited(), timeLimit: timeout)
    program.name = name
    program.arguments = Array(words.dropFirst())
    let output = PasswordOutput()
    let errors = OutputBeginning(limit: Self.longestWords)
    switch try end(of: program, output, errors) {
    // No password is so long that there is no room for it; the rest is not waited for.
    case .exit(0), .full: return output.takeSecret()
    case .late: throw failure("was stopped: it did not end within \(timeout.inSeconds)")
    case .exit(let code):
      throw failure("failed with status \(code)\(lastWords(errors, output.takeSecret()))")
    case .signal(let number):
      throw failure("failed with signal \(number)\(lastWords(errors, output.takeSecret()))")
    }
  }

  private func end(
    of program: ChildProgram, _ output: PasswordOutput, _ errors: OutputBeginning
  ) throws -> ChildProgram.Ending {
    do {
      return try OwnThread.wait(cancellation) {
        try await program.run(output: .read(output), errors: .read(errors))
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw failure("cannot be run: \(error)", cause: error)
    }
  }

  /// What it wrote to its standard error, for the end of a message: one line without control
  /// characters, and nothing at all if what it printed is in it.
  private func lastWords(_ errors: OutputBeginning, _ secret: borrowing Secret) -> String {
    let text = String(decoding: errors.bytes, as: UTF8.self).unicodeScalars.map { scalar in
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

  private func failure(_ words: String, cause: (any Error)? = nil) -> DirectoryError {
    DirectoryError(.configuration, "the password command '\(name)' \(words)", cause: cause)
  }
}

/// Takes what a password command prints into memory that is overwritten.
private final class PasswordOutput: ProgramOutputReader {
  private let secret = Mutex(Secret())

  func read(from descriptor: borrowing FileDescriptor) throws -> ProgramOutputState {
    try secret.withLock { secret in
      do throws(SystemFailure) {
        while try secret.read(from: descriptor) {}
        return secret.isFull ? .full : .closed
      } catch {
        guard error.isNothingYet else { throw error }
        return .waiting
      }
    }
  }

  /// What it printed; this has none of it afterwards.
  func takeSecret() -> Secret {
    secret.withLock { secret in
      var taken = Secret()
      swap(&taken, &secret)
      return taken
    }
  }
}
