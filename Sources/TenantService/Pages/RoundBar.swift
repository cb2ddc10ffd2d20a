internal import Administration
internal import TenantCore

/// How much of the open round of review is left.
struct RoundBar: Sendable {
  let reviewHref: String
  let reviewText: String
  let leftText: String
  let decidedText: String
  /// For `<progress>`.
  let decidedCount: String
  let allCount: String
  let attentionHref: String
  /// Nil if no vanished link and no unclaimed user needs a decision.
  let othersText: String?
  let othersHref: String
  /// True if nothing needs a decision any more.
  let isDone: Bool

  /// Nil if no round is open.
  init?(_ table: AttentionTable?, _ addresses: PageAddresses) {
    guard let table, let round = table.attention.round else { return nil }
    let counts = table.attention.counts
    let decided = counts.decided.values.reduce(0, +)
    reviewHref = addresses.href("\(PageSection.reviews.path)/\(round.number)")
    reviewText = "Review \(round.number)"
    isDone = counts.undecided == 0
    leftText =
      isDone
      ? "nothing is left to decide"
      : counts.undecided == 1
        ? "1 needs a decision" : "\(PageWords.count(counts.undecided)) need a decision"
    decidedText = "\(PageWords.count(decided)) decided"
    decidedCount = "\(decided)"
    allCount = "\(max(1, decided + counts.undecided))"
    attentionHref = addresses.href(
      PageSection.sync.path, [("filter", ReviewQuery.needsAttention)])
    let others = table.otherUndecided.count
    othersText =
      others == 0
      ? nil
      : "\(PageWords.count(others)) of them \(others == 1 ? "is" : "are") no row of the table"
    othersHref = reviewHref + "#others"
  }
}

/// What a row's page and the table say of a row in the open round.
struct RowStanding: Sendable {
  /// Why it needs a decision; empty if it needs none.
  let causes: [String]
  /// What was decided; nil if nothing was.
  let decided: String?

  /// - Parameter item: nil for a row that needs no decision and has none.
  init(_ item: RoundItem?) {
    causes = item?.causes.map { DisplayText.safe($0.message.asSentence) } ?? []
    decided = PageWords.safe(item?.decision?.inWords)
  }
}
