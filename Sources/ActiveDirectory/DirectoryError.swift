package import TenantCore

/// Why a directory could not be read.
package struct DirectoryError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure, which decides the exit code.
  package enum Code: Sendable, Equatable {
    /// The directory cannot be reached: resolve, connect, TLS or bind (exit code 69).
    case unavailable
    /// The directory was not read to its end (rule T2; exit code 75).
    case incomplete
    /// The tenant file asks for something that cannot be (exit code 78).
    case configuration
  }

  /// The kind of failure.
  package let code: Code
  /// What failed and how to fix it; never a secret.
  package let message: String
  /// The error beneath, if there is one.
  package let cause: (any Error)?

  /// Makes an error.
  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  package var description: String { message }
}

extension DirectoryError: ClassifiedError {
  package var failure: Failure {
    let kind: Failure.Kind =
      switch code {
      case .unavailable: .directoryUnavailable
      case .incomplete: .incomplete
      case .configuration: .configuration
      }
    return Failure(kind, message)
  }
}
