/// A day of the calendar, in UTC, written as `2026-12-31`.
package struct Day: Sendable, Hashable, Comparable, CustomStringConvertible {
  private static let length: Int64 = 86400
  private static let textLength = 10

  /// The day's first moment.
  package let start: Timestamp

  /// Reads exactly the form that ``description`` writes, and only what a calendar shows.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == Self.textLength, let start = Timestamp("\(text)T00:00:00Z") else {
      return nil
    }
    self.start = start
  }

  /// The day of a moment.
  package init(of moment: Timestamp) {
    let seconds = moment.secondsSince1970
    let past = (seconds % Self.length + Self.length) % Self.length
    start = Timestamp(secondsSince1970: seconds - past)
  }

  /// The first moment after it.
  package var end: Timestamp {
    Timestamp(secondsSince1970: start.secondsSince1970 + Self.length)
  }

  /// True once the day is over.
  package func isOver(at moment: Timestamp) -> Bool { Day(of: moment) > self }

  /// The form of RFC 3339.
  package var description: String { String(start.description.prefix(Self.textLength)) }

  /// By time.
  package static func < (left: Day, right: Day) -> Bool { left.start < right.start }
}

/// In JSON it is a string.
extension Day: Encodable {
  /// Writes ``description``.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
