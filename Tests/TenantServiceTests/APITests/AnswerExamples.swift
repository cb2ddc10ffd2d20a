@testable import Administration
import Authorization
import HTTPTypes
import PluginContract
import TenantCore
import Testing

@testable import TenantService

/// Answers of every kind: among those of a kind one has all that there can be, and one has nothing that
/// can be absent.
struct AnswerExamples {
  private let guid: ObjectGUID
  private let time = Timestamp(secondsSince1970: 1_000_000)

  init() throws { guid = try #require(ObjectGUID(bytes: Array(1...16))) }

  private func rows(next: String?) -> RowsAnswer {
    RowsAnswer(
      tenant: "acme", run: 1, rows: RowAnswer.rows(of: ExampleRows.batch), keys: [.guid(guid)],
      next: next)
  }

  private func linkChanges(common: String?, pairs: [LinkedPair] = []) -> LinkChanges {
    var changes = LinkChanges()
    changes.sentences = ["a sentence"]
    changes.common = common
    changes.pairs = pairs
    changes.request = common.map { _ in 1 }
    return changes
  }

  /// The answers by the name of their schema.
  var all: [(schema: String, answer: any Encodable)] {
    var all: [(schema: String, answer: any Encodable)] = [
      ("TenantSummary", TenantAnswer(tenant, head: head(run), nextRun: time, running: true)),
      ("TenantSummary", TenantAnswer(tenant, head: head(nil), nextRun: nil, running: false)),
      ("TenantSummary", TenantAnswer(tenant, head: nil, nextRun: nil, running: false)),
      ("Review", review(lastFailure: bareRun)), ("Review", review(lastFailure: nil)),
      (
        "VanishedLinks",
        VanishedLinksAnswer(
          tenant: "acme", run: 1, links: head(nil).vanishedLinks, next: "00")
      ),
      ("VanishedLinks", VanishedLinksAnswer(tenant: "acme", run: nil, links: [], next: nil)),
      ("Unclaimed", UnclaimedAnswer(tenant: "acme", run: 1, unclaimed: ["a"], next: "a")),
      ("Unclaimed", UnclaimedAnswer(tenant: "acme", run: nil, unclaimed: [], next: nil)),
      (
        "Findings",
        FindingsAnswer(
          tenant: "acme", run: 1,
          findings: [
            Finding(.renamed, subject: "x", message: "y"),
            Finding(.conflict, subject: nil, message: "y"),
          ], next: "1-1")
      ),
      ("Findings", FindingsAnswer(tenant: "acme", run: nil, findings: [], next: nil)),
      ("Rows", rows(next: "1-1")), ("Rows", rows(next: nil)),
      (
        "UsersImport",
        ImportAnswer(
          tenant: "acme",
          ImportReport(
            added: 1, updated: 1, unchanged: 1, skipped: ["body:1: x"],
            findings: [Finding(.conflict, subject: nil, message: "y")]))
      ),
      (
        "Explanation",
        ExplanationAnswer(tenant: "acme", key: .guid(guid), lines: ["a line"], nearest: nearest)
      ),
      (
        "Explanation",
        ExplanationAnswer(tenant: "acme", key: .guid(guid), lines: ["a line"], nearest: nil)
      ),
      (
        "Explanation",
        ExplanationAnswer(tenant: "acme", key: .guid(guid), lines: ["a line"], nearest: bareNearest)
      ),
      ("Decided", DecidedAnswer(dryRun: true, done: ["a sentence"])),
      ("Done", DoneAnswer(dryRun: true, linkChanges(common: nil))),
      ("Done", DoneAnswer(dryRun: true, linkChanges(common: "all", pairs: links))),
      ("Runs", RunsAnswer(tenant: "acme", runs: [run], next: 1)),
      ("Runs", RunsAnswer(tenant: "acme", runs: [], next: nil)),
      ("Run", RunAnswer(run)),
      ("Changes", ChangesAnswer(tenant: "acme", changes: changes, next: 1)),
      ("Changes", ChangesAnswer(tenant: "acme", changes: [], next: nil)),
      ("Refusals", RefusalsAnswer(tenant: "acme", refusals: [refusal, refusedSignIn])),
      (
        "Events",
        EventsAnswer(
          tenant: "acme",
          events: [
            AuditEvent(at: time, actor: "svc", tenant: "acme", action: "export"),
            AuditEvent(
              at: time, actor: "ACME\\jdoe", tenant: "acme", action: "sign-in", subject: "jdoe",
              address: "192.0.2.1"),
          ])
      ),
      ("Users", UsersAnswer(tenant: "acme", users: [user], page: page)),
      ("User", UserAnswer(user)), ("User", UserAnswer(bareUser(hold: nil))),
      ("User", UserAnswer(bareUser(hold: held(nil)))),
      ("Directories", DirectoriesAnswer(tenant)),
      ("ConnectionTest", ConnectionTestAnswer(tenant: "acme", domain: "ACME", steps: steps)),
    ]
    all += RoundExamples(guid: guid, time: time, changes: changes).all
    for answer in overviews { all.append(("TenantsOverview", answer)) }
    for answer in progress { all.append(("RunProgress", answer)) }
    for answer in previews { all.append(("RunPreview", answer)) }
    for answer in rowDetails { all.append(("RowDetail", answer)) }
    for outcome in RunOutcome.allCases { all.append(("Run", RunAnswer(run(ending: outcome)))) }
    for problem in problems { all.append(("Problem", ProblemAnswer(problem, request: "1"))) }
    return all
  }

  /// A tenant in all troubles that there can be, and one that is nothing but broken.
  private var overviews: [OverviewAnswer] {
    let glances = [
      TenantGlance(
        name: "acme", displayName: "Acme", snapshot: run, lastFailure: bareRun,
        review: ReviewGlance(attention: 3, changed: 2, open: 5, signed: (4, time)),
        troubles: TenantTrouble.Code.allCases.map {
          TenantTrouble($0, "a sentence", remedy: $0 == .neverSynced ? .sync : nil)
        }),
      TenantGlance(name: "globex", displayName: nil),
    ]
    return [OverviewAnswer(glances, at: time) { remedy, _ in APIRemedy.clause(remedy) }]
  }

  private var nearest: NearestUser? {
    NearestUser(
      Reason(
        code: "near-miss:look-alike", attribute: "mail", value: "o'brien", candidates: ["u"],
        detail: "email 'o’brien', with ’ (U+2019) for ' (U+0027)"))
  }

  private var bareNearest: NearestUser? {
    NearestUser(
      Reason(
        code: "near-miss:accent", attribute: "mail", value: "é", candidates: ["u"],
        detail: "email 'e'"))
  }

  private var links: [LinkedPair] {
    [
      LinkedPair(
        account: "ACME\\jdoe", accountPerson: "Jane Doe", userName: "jane", userPerson: "J. Doe",
        changes: [
          LinkedPair.Change(field: .email, old: "a", new: "b", shownOld: "a", shownNew: "b"),
          LinkedPair.Change(
            field: .windowsLogin, old: nil, new: nil, shownOld: nil, shownNew: nil),
        ],
        lockedLogin: "ACME\\jdoe", replaced: "ACME\\jdoe2", conflicts: ["a sentence"]),
      LinkedPair(
        account: "ACME\\jdoe", accountPerson: nil, userName: "jane", userPerson: nil, changes: [],
        lockedLogin: nil, replaced: nil, conflicts: []),
    ]
  }

  private var progress: [RunProgressAnswer] {
    [
      RunProgressAnswer(running: true, phase: "reading", count: 1, run: 2, message: "it failed"),
      RunProgressAnswer(running: false, phase: nil, count: 0, run: nil, message: nil),
    ]
  }

  private var previews: [RunPreviewAnswer] {
    var full = RunPreview(
      at: run.completedAt, after: run.counts, before: run.counts, refusals: ["a sentence"])
    full.vanishing = .init(count: 2, first: [.init(account: "ACME\\jdoe", userName: "jane")])
    full.unmatching = .init(count: 1, first: [.init(account: "ACME\\jdoe", userName: nil)])
    full.linking = full.vanishing
    full.updating = .init(
      count: 1,
      first: [
        .init(userName: "jane", fields: [FieldChange(.email, old: nil, new: "j@acme.example")]),
        .init(userName: "jane", fields: [FieldChange(.email, old: "j@acme.example", new: nil)]),
        .init(userName: "jane", fields: []),
      ])
    return [
      RunPreviewAnswer(running: true, phase: "reading", count: 1, message: "m", preview: full),
      RunPreviewAnswer(
        running: false, phase: nil, count: 0, message: nil,
        preview: RunPreview(
          at: bareRun.completedAt, after: bareRun.counts, before: nil, refusals: [])),
      RunPreviewAnswer(running: false, phase: nil, count: 0, message: nil, preview: nil),
    ]
  }

  private var rowDetails: [RowDetailAnswer] {
    RowAnswer.rows(of: ExampleRows.batch).flatMap { row in
      [nearest, nil].map { nearest in
        RowDetailAnswer(
          tenant: "acme", key: .guid(guid), row: row, attributes: ["mail": ["j@acme.example"]],
          nearest: nearest, history: changes.map(\.change))
      }
    }
  }

  // MARK: - The review

  /// A page with every kind of row.
  func review(lastFailure: RunRecord?) -> ReviewAnswer {
    ReviewAnswer(
      tenant: "acme", snapshot(lastFailure: lastFailure),
      rows: RowAnswer.rows(of: ExampleRows.batch), seen: 7,
      page: ReviewPageAnswer(page, keys: [.guid(guid), .record([0x1F])]))
  }

  func snapshot(lastFailure: RunRecord?) -> Snapshot {
    Snapshot(
      run: run, isLive: false, rows: ExampleRows(), vanishedLinks: run.vanishedLinks,
      unclaimed: ["mroe", "a \"b\""], lastFailure: lastFailure)
  }

  private var page: PageAnswer {
    PageAnswer(number: 1, size: 50, rows: 2, exact: true, hasMore: false)
  }

  // MARK: - Runs

  private var run: RunRecord {
    var counts = StateCounts()
    for state in RowState.allCases { counts.add(state) }
    return RunRecord(
      id: 3, outcome: .complete, actor: "svc", startedAt: time, completedAt: time,
      message: "a message", phases: [RunPhase("read", .microseconds(1500))],
      reads: [ReadReport(domain: "ACME", server: "dc1", pages: 1, records: 2)], counts: counts,
      vanishedLinks: VanishedLinkState.allCases.map { VanishedLink(link: link, state: $0) },
      findings: Finding.Code.allCases.map {
        Finding($0, subject: $0 == .renamed ? "ACME\\jdoe" : nil, message: "a sentence")
      })
  }

  /// A run that failed before it read anything.
  var bareRun: RunRecord { run(ending: .failed) }

  private func run(ending outcome: RunOutcome) -> RunRecord {
    RunRecord(
      id: 4, outcome: outcome, actor: "svc", startedAt: time, completedAt: time)
  }

  private func head(_ failure: RunRecord?) -> SnapshotHead {
    SnapshotHead(
      run: run, lastFailure: failure, vanishedLinks: run.vanishedLinks, unclaimedCount: 0)
  }

  // MARK: - The audit

  private var changes: [NumberedChange] {
    let fields =
      [FieldChange(.email, old: "a", new: nil)]
      + TenantField.allCases.map { FieldChange($0, old: nil, new: "b") }
    return [
      NumberedChange(
        number: 2,
        change: ChangeRecord(
          kind: .updated, run: 3, at: time, actor: "svc", userName: "jdoe", guid: guid,
          domain: "ACME", login: "jdoe", fields: fields, comment: "a reason"))
    ]
      + ChangeRecord.Kind.allCases.map {
        NumberedChange(
          number: 1, change: ChangeRecord(kind: $0, at: time, actor: "svc", userName: "jdoe"))
      }
  }

  private var refusal: RefusalRecord {
    RefusalRecord(
      at: time, actor: "mallory", userID: nil, tenant: "acme", action: "sync",
      missing: Permission.allCases.map(\.rawValue))
  }

  private var refusedSignIn: RefusalRecord {
    RefusalRecord(
      at: time, actor: "unknown@192.0.2.1", userID: nil, tenant: "acme", action: "sign-in",
      missing: [], login: "jdoe")
  }

  // MARK: - Users

  private var link: Link {
    Link(guid: guid, userID: 1, run: 1, domain: "ACME", login: "jdoe", userName: "jdoe")
  }

  private var user: UserDetail {
    let values = ProfileField.allCases.map { ($0, "a value") }
    let profiles = Profile.allCases.map { ($0, Dictionary(uniqueKeysWithValues: values)) }
    return UserDetail(
      id: 1, userName: "jdoe", isActive: true, windowsLogin: "ACME\\jdoe", isLoginLocked: true,
      profiles: Dictionary(uniqueKeysWithValues: profiles), link: link, hold: held("a reason"))
  }

  private func bareUser(hold: Release?) -> UserDetail {
    UserDetail(
      id: 2, userName: "mroe", isActive: false, windowsLogin: nil, isLoginLocked: false,
      profiles: [:], link: nil, hold: hold)
  }

  private func held(_ comment: String?) -> Release {
    Release(
      guid: guid, userID: 1, userName: "jdoe", domain: "ACME", login: "jdoe", actor: "svc",
      releasedAt: time, comment: comment)
  }

  // MARK: - Directories

  private var steps: [ConnectionStep] {
    ConnectionStep.Name.allCases.map {
      ConnectionStep($0, target: "dc1:636", succeeded: true, message: "a sentence")
    }
  }

  var tenant: Tenant {
    let live = LDAPSettings(
      hosts: .listed(["dc1"]), caCertificate: "/ca.pem",
      bind: .simple(user: "svc", password: .file(path: "/password")), rootDN: "DC=a",
      organizationalUnits: ["OU=x"], filter: "(a=b)")
    let bare = LDAPSettings(
      hosts: .discovered, bind: .gssapi(keytab: nil, principal: nil), rootDN: "DC=b")
    let excluded = Exclusions(
      logins: ["svc-*"], organizationalUnits: ["OU=y"], filter: "(c=d)")
    return Tenant(
      name: "acme",
      directories: [
        Directory(domain: "A", dnsDomain: "a.example", source: .ldap(live), exclusions: excluded),
        Directory(domain: "B", source: .ldap(bare)),
        Directory(domain: "C", source: .ldif(path: "/c.ldif")),
        Directory(domain: "D", source: .csv(path: "/d.csv")),
      ] + moreSettings.map { Directory(domain: "E", source: .ldap($0)) })
  }

  /// Every protection, every source of a secret.
  private var moreSettings: [LDAPSettings] {
    let sources: [SecretSource] = [.environment(name: "PASSWORD"), .command(["/bin/cat"])]
    let binds: [LDAPSettings.Bind] =
      sources.map { .simple(user: "svc", password: $0) }
      + [.gssapi(keytab: "/keytab", principal: "svc@A")]
    return binds.map { LDAPSettings(hosts: .discovered, bind: $0, rootDN: "DC=e") }
      + LDAPSettings.Security.allCases.map {
        LDAPSettings(hosts: .discovered, security: $0, bind: binds[0], rootDN: "DC=e")
      }
  }

  // MARK: - Problems

  private var problems: [WebFailure] {
    let statuses: [HTTPResponse.Status] = [
      .badRequest, .unauthorized, .forbidden, .notFound, .conflict, .preconditionFailed,
    ]
    return statuses.map { WebFailure($0, "a sentence") }
      + Failure.Kind.allCases.map { WebFailure(Failure($0, "a sentence")) }
      + [WebFailure(.serviceUnavailable, "a sentence", kind: "busy")]
  }
}
