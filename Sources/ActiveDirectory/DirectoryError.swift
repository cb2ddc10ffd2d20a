public import Authorization

/// Why a directory could not be read.
public struct DirectoryError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure, which decides the exit code.
  public enum Code: Sendable, Equatable {
    /// The directory cannot be reached: resolve, connect, TLS or bind (exit code 69).
    case unavailable
    /// The directory was not read to its end (rule T2; exit code 75).
    case incomplete
    /// The tenant file asks for something that cannot be (exit code 78).
    case configuration
  }

  /// The kind of failure.
  public let code: Code
  /// What failed and what mends it; never a secret.
  public let message: String
  /// The error beneath, if there is one.
  public let cause: (any Error)?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  public var description: String { message }
}

extension DirectoryError: DirectoryReadFailure {
  /// True if reading began and did not reach the end (T2).
  public var isIncomplete: Bool { code == .incomplete }
}
