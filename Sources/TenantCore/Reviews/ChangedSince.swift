/// From when on rows are looked at that changed.
package enum ChangedSince: Sendable, Equatable, CustomStringConvertible {
  /// Since the last signed review.
  case review
  /// Since a run was complete.
  case run(Int64)
  /// Since the beginning of a day.
  case day(Day)

  /// What can be typed.
  package static let forms = "'review', a run's number, or a day such as 2026-12-31"

  /// Reads what ``description`` writes.
  package init?(_ text: some StringProtocol) {
    if text == "review" {
      self = .review
    } else if let day = Day(text) {
      self = .day(day)
    } else if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let run = Int64(text), run > 0 {
      self = .run(run)
    } else {
      return nil
    }
  }

  package var description: String {
    switch self {
    case .review: "review"
    case .run(let number): "\(number)"
    case .day(let day): day.description
    }
  }
}
