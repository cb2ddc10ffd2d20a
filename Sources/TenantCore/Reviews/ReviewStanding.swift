/// How the rows of a tenant stand in its review: counted when something changes, so that an overview reads no rows.
package struct ReviewStanding: Sendable, Equatable, Codable {
  /// Subjects that needed a decision when they were counted, in the open round or in one that were opened then.
  package var attention: Int
  /// Rows and vanished links that the last signed review did not have, or had otherwise; nil if none was signed.
  package var changed: Int?
  /// Exceptions that stood: after which day how many of them end.
  package var endings: [String: Int]

  /// Takes what was counted.
  package init(attention: Int, changed: Int?, endings: [String: Int] = [:]) {
    self.attention = attention
    self.changed = changed
    self.endings = endings
  }

  /// Subjects that need a decision: an exception that has ended since asks for one, without anything having changed.
  package func attention(at moment: Timestamp) -> Int {
    attention
      + endings.reduce(0) { sum, ending in
        sum + (Day(ending.key)?.isOver(at: moment) == true ? ending.value : 0)
      }
  }
}

/// What is known of a tenant's review without reading a row.
package struct ReviewHead: Sendable, Equatable {
  /// The number of the open round; nil if none is.
  package var open: Int64?
  /// The last signed round, and when it was signed; nil if none was.
  package var signed: (number: Int64, at: Timestamp)?
  /// What was counted; nil if something has changed since.
  package var standing: ReviewStanding?
  /// What the counts are of: the same until something changes that they could depend on.
  package var basis: String

  /// Makes a head.
  package init(
    open: Int64?, signed: (number: Int64, at: Timestamp)?, standing: ReviewStanding?, basis: String
  ) {
    self.open = open
    self.signed = signed
    self.standing = standing
    self.basis = basis
  }

  package static func == (left: ReviewHead, right: ReviewHead) -> Bool {
    (left.open, left.signed?.number, left.signed?.at) == (
      right.open, right.signed?.number, right.signed?.at
    ) && left.standing == right.standing && left.basis == right.basis
  }
}
