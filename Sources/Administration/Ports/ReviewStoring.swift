package import TenantCore

/// Rounds of review and their decisions.
package protocol ReviewStoring: Sendable {
  /// All rounds, in the order of their numbers.
  func reviewRounds() async throws -> [ReviewRound]

  /// Opens a round on the snapshot of the latest complete run.
  ///
  /// - Throws: an error of kind `notAvailable` while one is open, `incomplete` before the first complete run.
  func openReview(actor: String, at moment: Timestamp) async throws -> ReviewRound

  /// The last decision on each subject that was made in a round.
  func decisions(ofReview number: Int64) async throws -> [ReviewSubject: ReviewDecision]

  /// The last decision on each subject of all signed rounds before this one.
  func decisions(beforeReview number: Int64) async throws -> [ReviewSubject: ReviewDecision]

  /// The number of the last decision of a round; 0 if there is none.
  func lastDecision(ofReview number: Int64) async throws -> Int64

  /// Adds decisions to the round that is open, all or none.
  ///
  /// - Parameter seen: the last change (``StandingStoring/lastRowChange()``) that whoever decides has seen; nil if
  ///   nobody says.
  /// - Returns: those that changed since then; if there are any, nothing is added.
  /// - Throws: an error of kind `notAvailable` if it is open no more.
  func decide(
    _ decisions: [(ReviewSubject, ReviewDecision)], review number: Int64, seen: Int64?
  ) async throws -> [ReviewSubject]

  /// Gives the rows of the snapshot of now in R4's order, in one pass and without a look-up a row.
  func forEachRoundRows(_ body: @escaping @Sendable (RoundRows) throws -> Void) async throws

  /// Gives the rows of a signed round as they were, in R4's order.
  func forEachSignedRows(
    ofReview number: Int64, _ body: @escaping @Sendable (RoundRows) throws -> Void
  ) async throws

  /// Signs a round in one transaction: what the signature covers, and all rows with their marks.
  ///
  /// - Throws: an error of kind `notAvailable` if the round is open no more, or a decision came after the last one
  ///   that the signature covers.
  func sign(
    review number: Int64, _ signature: ReviewSignature, rows: [RoundRows], closed: ReviewRound.Mark
  ) async throws

  /// Ends a round without a signature; its decisions count no more.
  func abandonReview(_ number: Int64, actor: String, at moment: Timestamp) async throws
}

extension ReviewStoring {
  /// Adds decisions to the round that is open, all or none, whatever was seen.
  package func decide(
    _ decisions: [(ReviewSubject, ReviewDecision)], review number: Int64
  ) async throws {
    _ = try await decide(decisions, review: number, seen: nil)
  }
}

/// The secret half of the key that signs one tenant's reviews. It waits for a file.
package protocol ReviewKeyStoring: Sendable {
  /// The secret; nil if there is none.
  func secret() throws -> [UInt8]?

  /// Keeps a secret; an error if there is one.
  func keep(_ secret: [UInt8]) throws
}

/// A line of the installation's audit about a round.
package struct ReviewRecord: Sendable, Equatable {
  /// What was done.
  package enum Action: String, Sendable, CaseIterable {
    case opened = "review-opened"
    case signed = "review-signed"
    case abandoned = "review-abandoned"
  }

  package var at: Timestamp
  package var actor: String
  package var tenant: String
  package var action: Action
  package var review: Int64
  /// Of a signature (V6).
  package var digest: String?

  /// Makes a line.
  package init(
    at moment: Timestamp, actor: String, tenant: String, action: Action, review: Int64,
    digest: String? = nil
  ) {
    at = moment
    self.actor = actor
    self.tenant = tenant
    self.action = action
    self.review = review
    self.digest = digest
  }
}

/// The installation's audit, where rounds are concerned (V6). It waits for a file.
package protocol ReviewAudit: Sendable {
  /// Appends a line.
  func record(_ record: ReviewRecord) throws

  /// The digests with which a tenant's rounds were signed, by number, as far as the file goes back.
  func signedDigests(ofTenant tenant: String) throws -> [Int64: String]

  /// True if the file has a line of this moment or of an earlier one: then a later line that it ought to have, and has
  /// not, was taken out or never written.
  func goesBack(to moment: Timestamp, ofTenant tenant: String) throws -> Bool
}
