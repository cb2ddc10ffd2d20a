package import PluginContract

/// How a row stood when its review was signed.
package enum ReviewMark: UInt8, Sendable, CaseIterable {
  /// It needed no decision: the signature confirms it (V1).
  case bySignature
  /// A decision stands, of this review or of one before.
  case decided
  /// It needed a decision and had none (V4).
  case undecided
}

/// At most 4,096 rows of a snapshot, of one domain and in R4's order, with what a review compares and lists; all
/// arrays have one element a row.
package struct RoundRows: Sendable, Equatable {
  /// The directory's domain.
  package var domain: String
  /// The rows' keys; a record without a GUID has its distinguished name as it was read.
  package var keys: [RowKey] = []
  /// The states; `found` is ``RowState/linked``.
  package var states: [RowState] = []
  package var flags: [AccountFlags] = []
  /// The linked tenant users' names.
  package var userName = PackedColumn()
  /// The codes of the reasons.
  package var reasonCode = PackedColumn()
  package var login = PackedColumn()
  package var mail = PackedColumn()
  /// Of a signed review's rows; empty for those of now.
  package var marks: [ReviewMark] = []

  /// No rows.
  package init(domain: String) { self.domain = domain }

  /// The number of rows.
  package var count: Int { keys.count }

  /// What is compared of a row.
  package func facts(of row: Int) -> ReviewFacts {
    ReviewFacts(
      states[row], userName: userName.text(of: row), reasonCode: reasonCode.text(of: row) ?? "",
      flags: flags[row])
  }

  /// Whom a row is about.
  package func subject(of row: Int) -> ReviewSubject { .row(keys[row]) }
}
