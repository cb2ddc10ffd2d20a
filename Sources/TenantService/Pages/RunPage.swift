internal import Administration
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// One run: how it ended, what it read and found.
struct RunPage {
  /// Findings that are shown.
  private static let most = 10 * HistoryPages.most

  private let visit: PageVisit
  private let run: RunRecord

  init(_ visit: PageVisit, _ number: String) async throws {
    guard let number = Int64(number), let run = try await visit.authorized.session.run(number)
    else {
      throw WebFailure.notFound
    }
    self.visit = visit
    self.run = run
  }

  func answer() throws -> Response { try visit.answer(values) }

  private var values: RunPageValues {
    let title = "Run \(run.id)"
    let more = run.findings.count - Self.most
    return RunPageValues(
      frame: visit.frame(
        title,
        crumbs: PageSection.history.place + [
          (PageSection.history.title, visit.href("history")), (title, nil),
        ]),
      historyTabs: visit.historyTabs(here: nil), warnings: DirectoryWarnings.values(of: run),
      isOK: run.outcome == .complete, result: run.outcome.rawValue,
      message: PageWords.safe(run.message)?.asSentence, facts: facts,
      stateCounts: run.counts.present.map {
        RunPageValues.StateCount(
          stateWord: StateWord($0.state), countText: PageWords.count($0.count))
      },
      changesHref: run.newLinks + run.updatedUsers > 0 ? visit.href("history/changes") : nil,
      phases: run.phases.map {
        RunPageValues.Phase(label: $0.name, durationText: PageWords.duration($0.duration))
      },
      reads: run.reads.map {
        RunPageValues.Read(
          domain: DisplayText.safe($0.domain), server: DisplayText.safe($0.server),
          pagesText: PageWords.count($0.pages), recordsText: PageWords.count($0.records))
      },
      hasFindings: !run.findings.isEmpty,
      findings: run.findings.prefix(Self.most).map {
        RunPageValues.Row(
          code: $0.code.rawValue, subject: PageWords.safe($0.subject) ?? "",
          message: DisplayText.safe($0.message).asSentence)
      },
      findingsMore: more > 0 ? "and \(PageWords.count(more)) more" : nil)
  }

  private var facts: [Fact] {
    [
      Fact("Started", run.startedAt), Fact("Took", [run.durationText]),
      Fact("By", [run.actor]), Fact("AD users", [PageWords.count(run.counts.total)]),
      Fact("New links", [PageWords.count(run.newLinks)]),
      Fact("Updated users", [PageWords.count(run.updatedUsers)]),
      Fact("Vanished links", [PageWords.count(run.vanishedLinks.count)]),
    ]
  }
}

/// What the page of a run is filled with.
struct RunPageValues: PageValues {
  static let template = "run"

  /// How many rows have a state.
  struct StateCount: Sendable {
    let stateWord: StateWord
    let countText: String
  }

  /// A phase and how long it took.
  struct Phase: Sendable {
    let label: String
    let durationText: String
  }

  /// What was read of a directory.
  struct Read: Sendable {
    let domain: String
    let server: String
    let pagesText: String
    let recordsText: String
  }

  /// A finding.
  struct Row: Sendable {
    let code: String
    let subject: String
    let message: String
  }

  let stateWords = StateWord.rows
  let frame: PageFrame
  let historyTabs: [PageLink]
  let warnings: [PageWarning]
  let isOK: Bool
  let result: String
  let message: String?
  let facts: [Fact]
  let stateCounts: [StateCount]
  let changesHref: String?
  let phases: [Phase]
  let reads: [Read]
  let hasFindings: Bool
  let findings: [Row]
  /// How many findings are not shown; nil if all are.
  let findingsMore: String?
}

extension RunRecord {
  /// How long it took, from its phases or, if it has none, from its beginning and end.
  var durationText: String {
    if !phases.isEmpty { return PageWords.duration(phases.reduce(.zero) { $0 + $1.duration }) }
    return PageWords.duration(
      .seconds(completedAt.secondsSince1970 - startedAt.secondsSince1970))
  }
}
