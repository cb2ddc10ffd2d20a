/// What a change of links did or, in a dry run, would do: a sentence a pair.
package struct DoneAnswer: Encodable, Sendable {
  let dryRun: Bool
  let done: [String]

  /// Tells what was done.
  package init(dryRun: Bool, done: [String]) {
    self.dryRun = dryRun
    self.done = done
  }
}

/// Why something was not done.
package struct ErrorAnswer: Encodable, Sendable {
  /// The exit code, its name, and what is wrong.
  struct Reason: Encodable, Sendable {
    let code: Int32
    let kind: String
    let message: String
  }

  /// The one of several tenants that it is about; left out if only one was asked for.
  let tenant: String?
  let error: Reason

  /// Tells of an error.
  package init(code: Int32, kind: String, message: String, tenant: String? = nil) {
    self.tenant = tenant
    error = Reason(code: code, kind: kind, message: message)
  }
}
