/// What a reviewer says of a subject.
package struct ReviewDecision: Sendable, Equatable {
  /// What is said.
  package enum Kind: String, Sendable, CaseIterable {
    /// It is right as it is.
    case confirmed
    /// It is not as it should be, and may stay so, if wanted until a day.
    case exception
    /// Somebody has to change it.
    case toFix = "to-fix"
  }

  /// What somebody decides, before it is known who and when.
  package struct Wish: Sendable, Equatable {
    package var kind: Kind
    /// Why; nil for none.
    package var note: String?
    /// The last day of an exception; nil for no end.
    package var until: Day?
    /// Who is to fix it; nil for nobody in particular.
    package var assignee: String?

    /// Makes a wish; a blank text is none.
    package init(_ kind: Kind, note: String? = nil, until: Day? = nil, assignee: String? = nil) {
      self.kind = kind
      self.note = Self.text(note)
      self.until = until
      self.assignee = Self.text(assignee)
    }

    private static func text(_ text: String?) -> String? {
      guard let text, text.contains(where: { !$0.isWhitespace }) else { return nil }
      return text
    }
  }

  package var wish: Wish
  /// Who decided.
  package var actor: String
  package var at: Timestamp
  /// The number of the review.
  package var review: Int64
  /// What was decided on (V2).
  package var facts: ReviewFacts

  /// Makes a decision.
  package init(
    _ wish: Wish, actor: String, at moment: Timestamp, review: Int64, facts: ReviewFacts
  ) {
    self.wish = wish
    self.actor = actor
    at = moment
    self.review = review
    self.facts = facts
  }

  /// The day after which an exception has to be decided anew, if that is over.
  package func endedException(at moment: Timestamp) -> Day? {
    guard wish.kind == .exception, let until = wish.until, until.isOver(at: moment) else {
      return nil
    }
    return until
  }
}

extension ReviewDecision.Wish {
  /// The longest note, and the longest name of who is to fix something, in bytes.
  package static let maximumTextBytes = 4096

  /// What is wrong with it; nil if nothing is. The words name the parts as a spreadsheet's columns do.
  package func problem(at moment: Timestamp) -> String? {
    if kind != .confirmed, note == nil { return "'\(kind.rawValue)' needs a note" }
    if kind != .exception, until != nil { return "only an exception has an end, 'until'" }
    if kind != .toFix, assignee != nil { return "only 'to-fix' is 'for' somebody" }
    if let until, until.isOver(at: moment) { return "the day '\(until)' is over" }
    for text in [note, assignee] {
      guard (text?.utf8.count ?? 0) <= Self.maximumTextBytes else {
        return "a note and a name may have \(Self.maximumTextBytes) bytes"
      }
    }
    return nil
  }
}
