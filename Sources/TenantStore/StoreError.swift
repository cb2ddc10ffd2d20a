package import TenantCore

/// An error of the store: what happened, to what, and what helps.
package struct StoreError: Error, Sendable, CustomStringConvertible {
  /// The kinds of error.
  package enum Code: Sendable {
    /// The request makes no sense for this tenant.
    case usage
    /// The thing named is not there, or not free: no such user, locked, taken.
    case notAvailable
    /// The store or the state folder cannot be read or written.
    case store
    /// Another run holds the tenant's lock (T1).
    case alreadyRunning
    /// The users file is wrong.
    case usersFile
  }

  /// The kind.
  package let code: Code
  /// What happened and what helps; several lines where several things are wrong.
  package let message: String
  /// What helps, if the message does not say it.
  package let remedy: Remedy?
  /// The error underneath, if there is one.
  package let cause: (any Error)?

  /// Makes an error.
  package init(
    _ code: Code, _ message: String, remedy: Remedy? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }

  /// The message.
  package var description: String { message }
}

extension StoreError {
  /// Somebody else has the tenant's lock (T1).
  static func alreadyRunning(_ tenant: String, _ who: String) -> StoreError {
    StoreError(
      .alreadyRunning,
      "another run for tenant '\(tenant)' is under way (\(who)); wait until it is done")
  }
}

extension StoreError: ClassifiedError {
  package var failure: Failure {
    let kind: Failure.Kind =
      switch code {
      case .usage: .usage
      case .notAvailable: .notAvailable
      case .store: .storeFailure
      case .alreadyRunning: .alreadyRunning
      case .usersFile: .configuration
      }
    return Failure(kind, message, remedy: remedy)
  }
}
