/// How a run ended.
package enum RunOutcome: String, Sendable, CaseIterable {
  case complete
  /// A directory was not read to its end (T2).
  case incomplete
  /// A limit refused it (T3).
  case refused
  /// Something else stopped it: an unreachable directory, a plugin, the store.
  case failed
}

/// How long a part of a run took.
package struct RunPhase: Sendable, Equatable {
  /// The part's name, such as `read`.
  package var name: String
  /// How long it took.
  package var duration: Duration

  /// Makes a phase.
  package init(_ name: String, _ duration: Duration) {
    self.name = name
    self.duration = duration
  }
}

/// How one directory was read.
package struct ReadReport: Sendable, Equatable {
  /// The directory's domain.
  package var domain: String
  /// The server that answered, or the file that was read.
  package var server: String
  /// Pages read; 0 for a file.
  package var pages: Int
  /// Records read, duplicates included.
  package var records: Int
  /// Notes about the directory as read.
  package var findings: [Finding]

  /// Makes a report.
  package init(
    domain: String, server: String, pages: Int = 0, records: Int = 0, findings: [Finding] = []
  ) {
    self.domain = domain
    self.server = server
    self.pages = pages
    self.records = records
    self.findings = findings
  }
}

/// A run as the store remembers it (T5).
package struct RunRecord: Sendable, Equatable {
  /// The number; 0 before the store has given one.
  package var id: Int64
  /// How it ended.
  package var outcome: RunOutcome
  /// Who started it.
  package var actor: String
  /// When it began.
  package var startedAt: Timestamp
  /// When it ended.
  package var completedAt: Timestamp
  /// Why it did not complete; nil if it did.
  package var message: String?
  /// The parts of the run, in order.
  package var phases: [RunPhase]
  /// How each directory was read.
  package var reads: [ReadReport]
  /// The rows by state.
  package var counts: StateCounts
  /// Directory users by domain, for the limits of the next run (T3).
  package var rowsByDomain: [String: Int]
  /// Of ``rowsByDomain``, those whose record is not faulty (M14), for the limits of the next run
  /// (T3); nil if it is not known.
  package var usableByDomain: [String: Int]?
  /// Tenant users, for the limits of the next run (T3); nil if it is not known.
  package var userCount: Int?
  /// Links that the run made.
  package var newLinks: Int
  /// Tenant users that the run changed.
  package var updatedUsers: Int
  /// Links without a row.
  package var vanishedLinks: [VanishedLink]
  /// Notes of the run.
  package var findings: [Finding]
  /// The digest of the tenant file that it used; nil if it is not known.
  package var fileDigest: String?

  /// Makes a record.
  package init(
    id: Int64 = 0, outcome: RunOutcome, actor: String, startedAt: Timestamp,
    completedAt: Timestamp, message: String? = nil, phases: [RunPhase] = [],
    reads: [ReadReport] = [], counts: StateCounts = StateCounts(),
    rowsByDomain: [String: Int] = [:], usableByDomain: [String: Int]? = nil,
    userCount: Int? = nil, newLinks: Int = 0, updatedUsers: Int = 0,
    vanishedLinks: [VanishedLink] = [], findings: [Finding] = [], fileDigest: String? = nil
  ) {
    self.id = id
    self.outcome = outcome
    self.actor = actor
    self.startedAt = startedAt
    self.completedAt = completedAt
    self.message = message
    self.phases = phases
    self.reads = reads
    self.counts = counts
    self.rowsByDomain = rowsByDomain
    self.usableByDomain = usableByDomain
    self.userCount = userCount
    self.newLinks = newLinks
    self.updatedUsers = updatedUsers
    self.vanishedLinks = vanishedLinks
    self.findings = findings
    self.fileDigest = fileDigest
  }
}

extension RunRecord {
  /// The message of a run that was abandoned: it says nothing of the tenant.
  package static let interrupted = "interrupted"

  /// What helps after a run that did not complete, if the message does not say it.
  package var remedy: Remedy? { outcome == .refused ? .allowLargeChange : nil }

  /// What has to be said beside the run's numbers, because without it they are misread: sentences
  /// about a whole directory, each with the directory's domain.
  package var summaryFindings: [String] {
    findings.filter { $0.code == .attributeMissing }.map { finding in
      [finding.subject, finding.message].compactMap(\.self).joined(separator: ": ")
    }
  }
}
