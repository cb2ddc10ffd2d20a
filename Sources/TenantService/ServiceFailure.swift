/// Why the service ended by itself.
package struct ServiceFailure: Error, Sendable, CustomStringConvertible {
  /// The exit codes, those of tenantctl.
  package enum Code: Int32, Sendable {
    case internalFailure = 70
    case configuration = 78
  }

  /// The exit code.
  package let code: Code
  /// What happened.
  package let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
