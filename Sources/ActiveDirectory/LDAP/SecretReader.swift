import Glibc
import OperatingSystem
import Synchronization
import TenantCore

/// The password of an account that several connections are signed in with: its source, which may be a
/// program, is asked once. It is overwritten when nobody needs it any more.
final class SharedPassword: Sendable {
  private let secret = Mutex<Secret?>(nil)

  func use<Answer>(
    _ read: () throws -> Secret, _ body: (borrowing Secret) throws -> Answer
  ) throws -> Answer {
    try secret.withLock { secret in
      if let known = secret.take() {
        let answer = try body(known)
        secret = consume known
        return answer
      }
      let new = try read()
      let answer = try body(new)
      secret = consume new
      return answer
    }
  }
}

/// Reads a secret at the last moment, from where the tenant file says that it is.
struct SecretReader {
  var timeout: Duration
  var cancellation = Cancellation()

  /// - Throws: ``DirectoryError`` that names the source and the remedy, never the secret.
  func read(_ source: SecretSource) throws -> Secret {
    var secret: Secret
    switch source {
    case .file(let path): secret = try Self.file(path)
    case .environment(let name): secret = try Self.environment(name)
    case .command(let words):
      secret = try PasswordCommand(
        words: words, timeout: timeout, cancellation: cancellation
      ).run()
    }
    if let problem = unsafe secret.withBytes({ unsafe PasswordText.problem(of: $0) }) {
      throw DirectoryError(
        .configuration, "the password from \(Self.name(of: source)) \(problem)")
    }
    secret.keepFirstLine()
    return secret
  }

  /// The source, for a message.
  static func name(of source: SecretSource) -> String {
    switch source {
    case .file(let path): "file '\(path)'"
    case .environment(let name): "environment variable '\(name)'"
    case .command(let words): "command '\(words.first ?? "")'"
    }
  }

  private static func file(_ path: String) throws -> Secret {
    do throws(SecretFile.Refusal) {
      return try SecretFile.bytes(of: path, kind: "password file")
    } catch {
      throw DirectoryError(.configuration, error.message, cause: error.cause)
    }
  }

  /// Opens a file that holds a secret, and refuses one that others may read (A4).
  static func openPrivate(_ path: String, kind: String) throws -> FileDescriptor {
    do throws(SecretFile.Refusal) {
      return try SecretFile.open(path, kind: kind)
    } catch {
      throw DirectoryError(.configuration, error.message, cause: error.cause)
    }
  }

  private static func environment(_ name: String) throws -> Secret {
    guard let value = unsafe getenv(name) else {
      throw DirectoryError(
        .configuration,
        "the environment variable '\(name)' that should hold the password is "
          + "not set; set it before you start tenantctl")
    }
    var secret = Secret()
    unsafe secret.copy(value)
    return secret
  }
}
