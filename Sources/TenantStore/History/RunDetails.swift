internal import TenantCore

/// The parts of a run that are lists: the JSON of column `details`.
struct RunDetails: Codable {
  var phases: [Phase]
  var reads: [Read]
  var counts: [String: Int]
  var rowsByDomain: [String: Int]
  /// Absent in runs of earlier versions, as `users` is.
  var usableByDomain: [String: Int]?
  var users: Int?
  var vanishedLinks: [Vanished]
  var findings: [Note]
  /// The digest of the tenant file; absent in runs of earlier versions.
  var file: String?

  init(_ run: RunRecord) {
    phases = run.phases.map(Phase.init)
    reads = run.reads.map(Read.init)
    counts = Dictionary(
      run.counts.present.map { ($0.state.rawValue, $0.count) }, uniquingKeysWith: +)
    rowsByDomain = run.rowsByDomain
    usableByDomain = run.usableByDomain
    users = run.userCount
    vanishedLinks = run.vanishedLinks.map(Vanished.init)
    findings = run.findings.map(Note.init)
    file = run.fileDigest
  }

  var stateCounts: StateCounts {
    counts.reduce(into: StateCounts()) { result, entry in
      if let state = RowState(rawValue: entry.key) { result.add(state, entry.value) }
    }
  }

  struct Phase: Codable {
    var name: String
    var microseconds: Int64

    init(_ phase: RunPhase) {
      name = phase.name
      let (seconds, attoseconds) = phase.duration.components
      microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    var phase: RunPhase { RunPhase(name, .microseconds(microseconds)) }
  }

  struct Read: Codable {
    var domain: String
    var server: String
    var pages: Int
    var records: Int
    var findings: [Note]

    init(_ report: ReadReport) {
      domain = report.domain
      server = report.server
      pages = report.pages
      records = report.records
      findings = report.findings.map(Note.init)
    }

    var report: ReadReport {
      ReadReport(
        domain: domain, server: server, pages: pages, records: records,
        findings: findings.compactMap(\.finding))
    }
  }

  struct Vanished: Codable {
    var state: String
    var guid: String
    var userID: Int64
    var run: Int64
    var domain: String
    var login: String
    var userName: String

    init(_ vanished: VanishedLink) {
      state = vanished.state.rawValue
      guid = vanished.link.guid.description
      userID = vanished.link.userID
      run = vanished.link.run
      domain = vanished.link.domain
      login = vanished.link.login
      userName = vanished.link.userName
    }

    var vanishedLink: VanishedLink? {
      guard let guid = ObjectGUID(guid), let state = VanishedLinkState(rawValue: state) else {
        return nil
      }
      return VanishedLink(
        link: Link(
          guid: guid, userID: userID, run: run, domain: domain, login: login, userName: userName),
        state: state)
    }
  }

  struct Note: Codable {
    var code: String
    var subject: String?
    var message: String

    init(_ finding: Finding) {
      code = finding.code.rawValue
      subject = finding.subject
      message = finding.message
    }

    var finding: Finding? {
      Finding.Code(rawValue: code).map { Finding($0, subject: subject, message: message) }
    }
  }
}
