/// How a run ended.
public enum RunOutcome: String, Sendable, CaseIterable {
  case complete
  /// A directory was not read to its end (T2).
  case incomplete
  /// A limit refused it (T3).
  case refused
  /// Something else stopped it: an unreachable directory, a plugin, the store.
  case failed
}

/// How long a part of a run took.
public struct RunPhase: Sendable, Equatable {
  /// The part's name, such as `read`.
  public var name: String
  /// How long it took.
  public var duration: Duration

  /// Makes a phase.
  public init(_ name: String, _ duration: Duration) {
    self.name = name
    self.duration = duration
  }
}

/// How one directory was read.
public struct ReadReport: Sendable, Equatable {
  /// The directory's domain.
  public var domain: String
  /// The server that answered, or the file that was read.
  public var server: String
  /// Pages read; 0 for a file.
  public var pages: Int
  /// Records read, duplicates included.
  public var records: Int
  /// Notes about the directory as read.
  public var findings: [Finding]

  /// Makes a report.
  public init(
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
public struct RunRecord: Sendable, Equatable {
  /// The number; 0 before the store has given one.
  public var id: Int64
  /// How it ended.
  public var outcome: RunOutcome
  /// Who started it.
  public var actor: String
  /// RFC 3339 in UTC.
  public var startedAt: String
  /// When it ended, as RFC 3339 in UTC.
  public var completedAt: String
  /// Why it did not complete; nil if it did.
  public var message: String?
  /// The parts of the run, in order.
  public var phases: [RunPhase]
  /// How each directory was read.
  public var reads: [ReadReport]
  /// The rows by state.
  public var counts: StateCounts
  /// Directory users by domain, for the limits of the next run (T3).
  public var rowsByDomain: [String: Int]
  /// Of ``rowsByDomain``, those whose record is not faulty (M14), for the limits of the next run
  /// (T3); nil if it is not known.
  public var usableByDomain: [String: Int]?
  /// Tenant users, for the limits of the next run (T3); nil if it is not known.
  public var userCount: Int?
  /// Links that the run made.
  public var newLinks: Int
  /// Tenant users that the run changed.
  public var updatedUsers: Int
  /// Links without a row.
  public var vanishedLinks: [VanishedLink]
  /// Notes of the run.
  public var findings: [Finding]

  /// Makes a record.
  public init(
    id: Int64 = 0, outcome: RunOutcome, actor: String, startedAt: String, completedAt: String,
    message: String? = nil, phases: [RunPhase] = [], reads: [ReadReport] = [],
    counts: StateCounts = StateCounts(), rowsByDomain: [String: Int] = [:],
    usableByDomain: [String: Int]? = nil, userCount: Int? = nil, newLinks: Int = 0,
    updatedUsers: Int = 0, vanishedLinks: [VanishedLink] = [], findings: [Finding] = []
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
  }
}

extension RunRecord {
  /// What has to be said beside the run's numbers, because without it they are misread: sentences
  /// about a whole directory, each with the directory's domain.
  public var summaryFindings: [String] {
    findings.filter { $0.code == .attributeMissing }.map { finding in
      [finding.subject, finding.message].compactMap(\.self).joined(separator: ": ")
    }
  }
}
