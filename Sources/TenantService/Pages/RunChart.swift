internal import TenantCore

/// The small picture of matched and not matched over the last complete runs.
struct RunChart {
  /// What the picture is drawn from.
  struct Values: Sendable {
    let summary: String
    let spanText: String
    let bars: [Bar]
  }

  /// A run's column, and its line in the table of the numbers.
  struct Bar: Sendable {
    let x: String
    let width: String
    let matchedY: String
    let matchedHeight: String
    let notMatchedY: String
    let notMatchedHeight: String
    let barText: String
    let run: String
    let runHref: String
    let time: PageTime
    let matchedText: String
    let notMatchedText: String
  }

  /// Runs that are looked at.
  static let most = 30
  /// The picture is 320 by 80, its base line at 79.
  private static let (width, base, gap) = (320.0, 79.0, 2.0)

  private let runs: [RunRecord]
  private let visit: PageVisit

  /// - Parameter runs: the latest first; nil if none of them is complete.
  init?(runs: [RunRecord], visit: PageVisit) {
    self.runs = runs.filter { $0.outcome == .complete }.reversed()
    self.visit = visit
    guard !self.runs.isEmpty else { return nil }
  }

  var values: Values {
    let first = runs.first.map(words) ?? ""
    let last = runs.last.map(words) ?? ""
    return Values(
      summary: runs.count == 1 ? "\(last)." : "From \(first) to \(last).",
      spanText: "last \(PageWords.count(runs.count, "complete run"))",
      bars: runs.enumerated().map { bar($0, $1) })
  }

  private func words(_ run: RunRecord) -> String {
    "\(PageWords.count(run.counts[Status.matched])) matched, "
      + "\(PageWords.count(run.counts[Status.notMatched])) not matched in run \(run.id)"
  }

  private func bar(_ place: Int, _ run: RunRecord) -> Bar {
    // As many columns as there may be runs, so that a bar keeps its width from run to run.
    let column = Self.width / Double(max(Self.most / 2, runs.count))
    let most = Double(max(1, runs.map(\.counts.total).max() ?? 1))
    let (matched, notMatched) = (run.counts[Status.matched], run.counts[Status.notMatched])
    let matchedHeight = Double(matched) / most * (Self.base - 3)
    let notMatchedHeight = Double(notMatched) / most * (Self.base - 3)
    let (matchedText, notMatchedText) = (PageWords.count(matched), PageWords.count(notMatched))
    return Bar(
      x: text(Double(place) * column + Self.gap / 2), width: text(column - Self.gap),
      matchedY: text(Self.base - matchedHeight), matchedHeight: text(matchedHeight),
      notMatchedY: text(Self.base - matchedHeight - notMatchedHeight),
      notMatchedHeight: text(notMatchedHeight),
      barText: "Run \(run.id): \(matchedText) matched, \(notMatchedText) not matched",
      run: "\(run.id)", runHref: visit.href("history/runs/\(run.id)"),
      time: PageTime(run.completedAt), matchedText: matchedText, notMatchedText: notMatchedText)
  }

  private func text(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
