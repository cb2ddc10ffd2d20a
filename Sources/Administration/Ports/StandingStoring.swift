package import TenantCore

/// From when on rows are asked for that changed.
package enum RowsSince: Sendable, Equatable {
  /// Behind a run.
  case run(Int64)
  /// At a moment or later.
  case moment(Timestamp)
  /// Behind a change, by the number that ``StandingStoring/lastRowChange()`` gave before the rows were read.
  case change(Int64)
}

/// Which rows changed.
package enum ChangedRows: Sendable, Equatable {
  /// All that there are: before, there was no snapshot.
  case all
  /// These; some of them may be there no more.
  case some(Set<RowKey>)
}

/// What was counted of all rows when something changed, and which rows changed when.
package protocol StandingStoring: Sendable {
  /// What is known of the tenant's review without reading a row.
  func reviewHead() async throws -> ReviewHead

  /// Keeps what was counted.
  ///
  /// - Parameter basis: that of the head before it was counted; if something has changed since, nothing is kept.
  func keep(_ standing: ReviewStanding, basis: String) async throws

  /// Gives states and flags of all rows, as many at once as lie together: much quicker than the rows themselves.
  func forEachRowState(
    _ body: @escaping @Sendable ([(RowState, AccountFlags)]) throws -> Void
  ) async throws

  /// The number of the last change of what a review looks at, by run or by hand; 0 if there is none.
  func lastRowChange() async throws -> Int64

  /// The rows that are new, or of which something changed that a review looks at, and directory users whose links
  /// vanished.
  ///
  /// - Throws: an error of kind `notAvailable` if that is not known of so long ago.
  func rowsChanged(since: RowsSince) async throws -> ChangedRows
}
