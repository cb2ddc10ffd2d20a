package import TenantCore

/// A run of the history.
package struct RunAnswer: Encodable, Sendable {
  /// A part of the run and how long it took.
  struct Phase: Encodable, Sendable {
    let name: String
    let milliseconds: Double
  }

  /// How a directory was read.
  struct Read: Encodable, Sendable {
    let domain: String
    let server: String
    let pages: Int
    let records: Int
  }

  let run: Int64
  let outcome: String
  let actor: String
  let startedAt: Timestamp
  let completedAt: Timestamp
  @OrNull var message: String?
  let newLinks: Int
  let updatedUsers: Int
  let counts: CountsAnswer
  let phases: [Phase]
  let reads: [Read]
  let vanishedLinks: [VanishedLinkAnswer]
  let findings: [FindingAnswer]

  /// Tells of a run.
  package init(_ record: RunRecord) {
    run = record.id
    outcome = record.outcome.rawValue
    actor = record.actor
    startedAt = record.startedAt
    completedAt = record.completedAt
    message = record.message
    newLinks = record.newLinks
    updatedUsers = record.updatedUsers
    counts = CountsAnswer(record.counts)
    phases = record.phases.map {
      Phase(name: $0.name, milliseconds: $0.duration / .milliseconds(1))
    }
    reads = record.reads.map {
      Read(domain: $0.domain, server: $0.server, pages: $0.pages, records: $0.records)
    }
    vanishedLinks = record.vanishedLinks.map(VanishedLinkAnswer.init)
    findings = record.findings.map(FindingAnswer.init)
  }
}

/// Rows by status and by state; states without rows are left out.
package struct CountsAnswer: Encodable, Sendable {
  package let total: Int
  package let matched: Int
  package let notMatched: Int
  let byState: [String: Int]

  /// Tells of rows.
  package init(_ counts: StateCounts) {
    total = counts.total
    matched = counts[Status.matched]
    notMatched = counts[Status.notMatched]
    byState = Dictionary(
      counts.present.map { ($0.state.rawValue, $0.count) }, uniquingKeysWith: +)
  }
}

/// The latest run, if it did not complete (R3).
package struct FailureAnswer: Encodable, Sendable {
  package let run: Int64
  package let at: Timestamp
  package let message: String

  /// Tells of a run that did not complete.
  package init(_ record: RunRecord) {
    run = record.id
    at = record.completedAt
    message = record.message ?? record.outcome.rawValue
  }
}

/// A part of a tenant's runs, the latest first.
package struct RunsAnswer: Encodable, Sendable {
  let tenant: String
  let runs: [RunAnswer]
  /// Before which run the next part begins; nil at the end.
  @OrNull var next: Int64?

  /// Tells of runs.
  package init(tenant: String, runs: [RunRecord], next: Int64?) {
    self.tenant = tenant
    self.runs = runs.map(RunAnswer.init)
    self.next = next
  }
}

/// How far a run is, or how the latest one that was asked for ended.
package struct RunProgressAnswer: Encodable, Sendable {
  let running: Bool
  /// What is being done; nil if nothing is.
  @OrNull var phase: String?
  let count: Int
  /// The latest run that has ended.
  @OrNull var run: Int64?
  /// Why the latest one that was asked for did not complete.
  @OrNull var message: String?

  /// Tells how far a run is.
  package init(running: Bool, phase: String?, count: Int, run: Int64?, message: String?) {
    self.running = running
    self.phase = phase
    self.count = count
    self.run = run
    self.message = message
  }
}
