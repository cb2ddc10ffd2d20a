package import PluginContract

/// Why something was not done, for whoever asked. Each front end gives the kind a number of its own and phrases
/// the remedy.
package struct Failure: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Kind: String, Sendable, CaseIterable {
    /// Not an error: something would change, and it was asked whether it would.
    case wouldChange = "changes-found"
    case usage
    /// A limit of the tenant refused a run (T3).
    case limitRefused = "limit-refused"
    /// The thing named is not there, or not free.
    case notAvailable = "not-found"
    case directoryUnavailable = "directory-unavailable"
    /// A plugin or the program itself.
    case internalFailure = "internal"
    /// The store, or a file that is written.
    case storeFailure = "store"
    /// A directory was not read to its end (T2), or no run was complete yet.
    case incomplete
    /// A run is under way (T1).
    case alreadyRunning = "already-running"
    case permissionRefused = "permission-refused"
    /// A tenant file or a users file is wrong.
    case configuration
    case interrupted

    /// The `kind` of machine-readable answers, which do not tell the two apart for which one waits.
    package var name: String {
      self == .alreadyRunning ? Kind.incomplete.rawValue : rawValue
    }
  }

  package var kind: Kind
  /// What happened, to what; empty if everything was said already.
  package var message: String
  /// What helps, if the message does not say it.
  package var remedy: Remedy?

  package init(_ kind: Kind, _ message: String, remedy: Remedy? = nil) {
    self.kind = kind
    self.message = message
    self.remedy = remedy
  }

  /// Classifies an error: the one place where that is done.
  package init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as any ClassifiedError: self = error.failure
    case is CancellationError: self.init(.interrupted, "interrupted")
    default: self.init(.internalFailure, "\(error)")
    }
  }

  /// The message, without the remedy.
  package var description: String { message }
}

/// An error that knows what kind of failure it is.
package protocol ClassifiedError: Error {
  var failure: Failure { get }
}

extension OptionError: ClassifiedError {
  package var failure: Failure { Failure(.configuration, description) }
}
