package import Reconciliation
package import TenantCore

/// What a run did, or a preview would do.
package struct RunReport: Sendable {
  /// The run: with its number if it was stored.
  package let run: RunRecord
  /// What was planned.
  package let plan: Plan
  /// The limits that the plan breaks (T3): empty after a run, what a run would be refused for after
  /// a preview.
  package let refusals: [LimitRefusal]
  /// True if how the tenant stands in its review was stored with the run.
  var isStandingKept = false
}

/// How far a run is; shown on a terminal.
package struct RunProgress: Sendable, Equatable {
  /// What is being done, such as `reading ACME`.
  package let phase: String
  /// How much of it; 0 if there is nothing to count.
  package let count: Int

  /// True from the moment when the run begins to write: from here on it is better waited for than
  /// cancelled.
  package var isWriting: Bool { phase == Self.writing }

  /// True while a directory is read, which waits for others and costs this machine little.
  package var isReading: Bool { phase.hasPrefix("reading ") }

  static let writing = "writing"
}

/// Why a run did not take place or was not kept.
package enum RunError: Error, Sendable, CustomStringConvertible {
  /// The tenant has no directory (R6).
  case noDirectory(tenant: String)
  /// Limits refuse it (T3).
  case refused([LimitRefusal])

  /// What is wrong, and the remedy.
  package var description: String {
    switch self {
    case .noDirectory(let tenant):
      "tenant '\(tenant)' has no directory configured; name one under 'directories:' in its "
        + "tenant file"
    case .refused(let refusals):
      refusals.map(\.description).joined(separator: "; ") + "; nothing was written"
    }
  }
}

extension RunError: ClassifiedError {
  package var failure: Failure {
    switch self {
    case .noDirectory: Failure(.configuration, description)
    case .refused: Failure(.limitRefused, description, remedy: .allowLargeChange)
    }
  }
}
