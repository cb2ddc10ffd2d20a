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
    let descriptor = try openPrivate(path, kind: "password file")
    var secret = Secret()
    do {
      while try secret.read(from: descriptor) {}
    } catch {
      throw DirectoryError(.configuration, "the password file '\(path)' cannot be read: \(error)")
    }
    return secret
  }

  /// Opens a file that holds a secret, and refuses one that others may read (A4). The mode is asked
  /// of the open file, so that nobody can swap it in between.
  static func openPrivate(_ path: String, kind: String) throws -> FileDescriptor {
    do {
      let descriptor = try FileDescriptor(file: path)
      let status = try descriptor.status()
      guard status.isRegularFile else {
        throw DirectoryError(.configuration, "the \(kind) '\(path)' is not a file")
      }
      guard status.mode & 0o077 == 0 else {
        throw DirectoryError(
          .configuration,
          "the \(kind) '\(path)' may be read by others; run: chmod 600 '\(path)'")
      }
      guard status.owner == 0 || status.owner == geteuid() else {
        throw DirectoryError(
          .configuration,
          "the \(kind) '\(path)' belongs to user number \(status.owner); "
            + "run: chown \(geteuid()) '\(path)'")
      }
      return descriptor
    } catch let failure as SystemFailure {
      throw DirectoryError(
        .configuration, "the \(kind) '\(path)' cannot be opened: \(failure)", cause: failure)
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
