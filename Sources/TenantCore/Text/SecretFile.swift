internal import Glibc
package import OperatingSystem

/// A file that holds a secret: it is refused if anybody but its owner may read it (A4).
package enum SecretFile {
  /// Why a file cannot be used; the message names it and holds nothing of it.
  package struct Refusal: Error, CustomStringConvertible {
    package let message: String
    /// The system's, if it failed.
    package let cause: SystemFailure?

    package var description: String { message }

    fileprivate init(_ message: String, _ cause: SystemFailure? = nil) {
      self.message = message
      self.cause = cause
    }
  }

  /// Opens a file. The mode is asked of the open file, so that nobody can swap it in between.
  ///
  /// - Parameter kind: what it is called in a refusal, such as `keytab`.
  package static func open(_ path: String, kind: String) throws(Refusal) -> FileDescriptor {
    let descriptor = try opened(path, kind: kind)
    let status: FileStatus
    do throws(SystemFailure) {
      status = try descriptor.status()
    } catch {
      throw Refusal("the \(kind) '\(path)' cannot be opened: \(error)", error)
    }
    guard status.isRegularFile else { throw Refusal("the \(kind) '\(path)' is not a file") }
    guard status.mode & 0o077 == 0 else {
      throw Refusal(
        "the \(kind) '\(path)' may be read by others; run: chmod 600 \(FileSafety.shellWord(path))")
    }
    guard status.owner == 0 || status.owner == geteuid() else {
      throw Refusal(
        "the \(kind) '\(path)' belongs to user number \(status.owner); "
          + "run: chown \(geteuid()) \(FileSafety.shellWord(path))")
    }
    return descriptor
  }

  private static func opened(_ path: String, kind: String) throws(Refusal) -> FileDescriptor {
    do throws(SystemFailure) {
      return try FileDescriptor(file: path)
    } catch {
      throw Refusal("the \(kind) '\(path)' cannot be opened: \(error)", error)
    }
  }

  /// Reads all of a file, as far as a password may be long.
  package static func bytes(of path: String, kind: String) throws(Refusal) -> Secret {
    let descriptor = try open(path, kind: kind)
    var secret = Secret()
    do throws(SystemFailure) {
      while try secret.read(from: descriptor) {}
    } catch {
      throw Refusal("the \(kind) '\(path)' cannot be read: \(error)", error)
    }
    return secret
  }
}
