internal import ActiveDirectory
internal import Authorization
internal import PluginContract
internal import Reconciliation
internal import TenantConfig
internal import TenantStore

/// What an action ends with if it is not done: an exit code and a message. The pages and the API make
/// statuses of the same codes.
package struct CommandFailure: Error, Sendable {
  /// The exit codes of tenant-file.md 2; the name is the `kind` in JSON.
  package enum Code: Int32, Sendable {
    case wouldChange = 1
    case usage = 64
    case limitRefused = 65
    case notAvailable = 66
    case directoryUnavailable = 69
    case internalFailure = 70
    case storeFailure = 74
    case incomplete = 75
    case permissionRefused = 77
    case configuration = 78
    case interrupted = 130

    /// The name in JSON.
    package var kind: String {
      switch self {
      case .wouldChange: "changes-found"
      case .usage: "usage"
      case .limitRefused: "limit-refused"
      case .notAvailable: "not-found"
      case .directoryUnavailable: "directory-unavailable"
      case .internalFailure: "internal"
      case .storeFailure: "store"
      case .incomplete: "incomplete"
      case .permissionRefused: "permission-refused"
      case .configuration: "configuration"
      case .interrupted: "interrupted"
      }
    }
  }

  /// The exit code.
  package var code: Code
  /// Empty if everything was said already.
  package var message: String

  /// Makes a failure.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The one place where errors of all modules get their exit code.
  package init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let refused as PermissionRefused: self.init(.permissionRefused, refused.description)
    case let error as TenantConfigError: self.init(.configuration, error.description)
    case let error as DirectoryError: self.init(Self.code(of: error), error.message)
    case let error as StoreError:
      self.init(Code(rawValue: Int32(error.code.rawValue)) ?? .storeFailure, error.message)
    case let error as RunError: self.init(Self.code(of: error), error.description)
    case let error as LinkEditError: self.init(.notAvailable, error.description)
    case let error as ExplainError: self.init(Self.code(of: error), error.description)
    case let error as OptionError: self.init(.configuration, error.description)
    case let error as MatcherOptionError: self.init(.configuration, error.description)
    case let error as UnknownPlugin: self.init(.usage, error.description)
    case let error as UnknownRole: self.init(.usage, error.description)
    case let error as OutputError: self.init(.storeFailure, error.message)
    case is CancellationError: self.init(.interrupted, "interrupted")
    default: self.init(.internalFailure, "\(error)")
    }
  }

  private static func code(of error: DirectoryError) -> Code {
    switch error.code {
    case .unavailable: .directoryUnavailable
    case .incomplete: .incomplete
    case .configuration: .configuration
    }
  }

  private static func code(of error: RunError) -> Code {
    switch error {
    case .noDirectory: .configuration
    case .refused: .limitRefused
    }
  }

  private static func code(of error: ExplainError) -> Code {
    if case .noCompleteRun = error { .incomplete } else { .notAvailable }
  }

  /// The failure as an object; `tenant` names the one of several that it is about.
  package func json(tenant: String? = nil) -> [String: Any] {
    let error: [String: Any] = ["code": code.rawValue, "kind": code.kind, "message": message]
    return tenant.map { ["tenant": $0, "error": error] } ?? ["error": error]
  }
}

/// A file or stream that could not be written (exit code 74).
package struct OutputError: Error, Sendable {
  /// Empty if the reader closed the pipe: there is nobody to tell.
  package let message: String

  /// Makes an error.
  package init(message: String) { self.message = message }
}
