internal import Authorization
internal import TenantCore

/// What the page of the runs is filled with.
struct RunsPageValues: PageValues {
  static let template = "history"

  /// A run; its numbers are nil if it was not complete.
  struct Row: Sendable {
    let run: String
    let runHref: String
    let time: PageTime
    let isOK: Bool
    let result: String
    let message: String?
    let actor: String
    let durationText: String
    let matchedText: String?
    let notMatchedText: String?
    let newLinksText: String?
    let updatedText: String?

    init(_ run: RunRecord, _ visit: PageVisit) {
      self.run = "\(run.id)"
      runHref = visit.href("history/runs/\(run.id)")
      time = PageTime(run.startedAt)
      isOK = run.outcome == .complete
      result = run.outcome.rawValue
      message = PageWords.safe(run.message)?.asSentence
      actor = DisplayText.safe(run.actor)
      durationText = run.durationText
      matchedText = isOK ? PageWords.count(run.counts[Status.matched]) : nil
      notMatchedText = isOK ? PageWords.count(run.counts[Status.notMatched]) : nil
      newLinksText = isOK ? PageWords.count(run.newLinks) : nil
      updatedText = isOK ? PageWords.count(run.updatedUsers) : nil
    }
  }

  let frame: PageFrame
  let historyTabs: [PageLink]
  let exportHref: String
  let filter: HistoryForm
  let hasRows: Bool
  let rows: [Row]
  let older: OlderEntries?
}

/// What the page of the changes is filled with.
struct ChangesPageValues: PageValues {
  static let template = "changes"

  let frame: PageFrame
  let historyTabs: [PageLink]
  let exportHref: String
  let filter: HistoryForm
  let isNarrowed: Bool
  let hasChanges: Bool
  let changes: [ChangeRow]
  let older: OlderEntries?
}

/// What the page of the refusals is filled with.
struct RefusalsPageValues: PageValues {
  static let template = "refusals"

  /// A refusal.
  struct Row: Sendable {
    let time: PageTime
    let actor: String
    let deed: String
    /// Of a sign-in: as it was typed.
    let login: String?
    let missing: [String]
  }

  let frame: PageFrame
  let historyTabs: [PageLink]
  let exportHref: String
  let filter: HistoryForm
  let hasRows: Bool
  let rows: [Row]
}

/// What the page of sign-ins, exports and changes of access is filled with.
struct EventsPageValues: PageValues {
  static let template = "events"

  /// What somebody did.
  struct Row: Sendable {
    let time: PageTime
    let actor: String
    let deed: String
    let subject: String?
    let address: String?
  }

  let frame: PageFrame
  let historyTabs: [PageLink]
  let exportHref: String
  let filter: HistoryForm
  let hasRows: Bool
  let rows: [Row]
}

/// The way to older entries of a list, and to its newest.
struct OlderEntries: Sendable {
  let rowsText: String
  let newestHref: String?
  let olderHref: String?
}
