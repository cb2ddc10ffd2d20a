/// What a change of links did or, in a dry run, would do.
package struct DoneAnswer: Encodable, Sendable {
  let dryRun: Bool
  /// A sentence a pair, and what there is to know of it.
  let done: [String]
  /// What is true of all that were unlinked; left out if it was said of the only one.
  let common: String?
  /// Pairs.
  let linked: Int
  let unlinked: Int
  let relinked: Int
  /// Lines of a spreadsheet that asked for nothing.
  let blank: Int

  /// Tells what was done.
  package init(dryRun: Bool, _ changes: LinkChanges) {
    self.dryRun = dryRun
    done = changes.sentences
    common = changes.common
    linked = changes.counts[.link] ?? 0
    unlinked = changes.counts[.unlink] ?? 0
    relinked = changes.counts[.relink] ?? 0
    blank = changes.blank
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
