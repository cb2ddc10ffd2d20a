/// One round of review over one tenant: opened on the snapshot of a complete run, decided row by row, signed.
package struct ReviewRound: Sendable, Equatable {
  /// How far it is.
  package enum State: String, Sendable, CaseIterable {
    case open, signed, abandoned
  }

  /// When it was opened, or closed, by whom and on what.
  package struct Mark: Sendable, Equatable {
    package var at: Timestamp
    package var actor: String
    /// The complete run whose snapshot it was done on.
    package var run: Int64
    /// The number of the last change before it (V3).
    package var change: Int64

    /// Makes a mark.
    package init(at moment: Timestamp, actor: String, run: Int64, change: Int64) {
      at = moment
      self.actor = actor
      self.run = run
      self.change = change
    }
  }

  /// From 1, within the tenant.
  package var number: Int64
  package var state: State
  package var opened: Mark
  /// Nil while it is open.
  package var closed: Mark?
  /// What a signature says and covers; nil unless it is signed.
  package var signature: ReviewSignature?

  /// Makes a round.
  package init(
    number: Int64, state: State, opened: Mark, closed: Mark? = nil,
    signature: ReviewSignature? = nil
  ) {
    self.number = number
    self.state = state
    self.opened = opened
    self.closed = closed
    self.signature = signature
  }
}

/// What a signature says and covers (V4, V6).
package struct ReviewSignature: Sendable, Equatable {
  /// What the signer says.
  package var statement: String
  /// SHA-256 over the canonical evidence, in lower case hexadecimal.
  package var digest: String
  /// The digest of the signed review before it; nil for the first.
  package var previousDigest: String?
  /// The last decision that it covers; 0 for none.
  package var lastDecision: Int64
  /// The digest signed with the installation's key; nil if it had none.
  package var keySignature: KeySignature?
  /// All that is remembered beside the rows.
  package var details: SignedDetails

  /// Makes a signature.
  package init(
    statement: String, digest: String, previousDigest: String?, lastDecision: Int64,
    keySignature: KeySignature? = nil, details: SignedDetails
  ) {
    self.statement = statement
    self.digest = digest
    self.previousDigest = previousDigest
    self.lastDecision = lastDecision
    self.keySignature = keySignature
    self.details = details
  }
}

/// A signature with a key, both in hexadecimal.
package struct KeySignature: Sendable, Equatable, Codable {
  package let publicKey: String
  package let signature: String

  /// Takes both.
  package init(publicKey: String, signature: String) {
    self.publicKey = publicKey
    self.signature = signature
  }
}

/// How a round's rows stand.
package struct ReviewCounts: Sendable, Equatable, Codable {
  /// Rows of the snapshot.
  package var total = 0
  package var matched = 0
  package var notMatched = 0
  package var vanishedLinks = 0
  /// Those that need a decision and have none.
  package var undecided = 0
  /// Those for which a decision stands, by its name.
  package var decided: [String: Int] = [:]
  /// Those that need none: the signature confirms them.
  package var bySignature = 0

  /// Nothing.
  package init() {}

  /// Counts a decision on a subject that has been counted as undecided, or with another decision.
  package mutating func decideAnew(from old: ReviewDecision?, to new: ReviewDecision) {
    if let kind = old?.wish.kind.rawValue {
      let count = decided[kind, default: 1] - 1
      decided[kind] = count > 0 ? count : nil
    } else {
      undecided -= 1
    }
    decided[new.wish.kind.rawValue, default: 0] += 1
  }

  /// Counts a subject. Unclaimed users count where something is to be decided of them, or is.
  package mutating func add(
    _ subject: ReviewSubject, _ facts: ReviewFacts, _ mark: ReviewMark, _ decision: ReviewDecision?
  ) {
    switch subject {
    case .row:
      total += 1
      if facts.status == .matched { matched += 1 } else { notMatched += 1 }
    case .vanishedLink: vanishedLinks += 1
    case .unclaimedUser: if mark == .bySignature { return }
    }
    switch mark {
    case .bySignature: bySignature += 1
    case .undecided: undecided += 1
    case .decided: decided[decision?.wish.kind.rawValue ?? "", default: 0] += 1
    }
  }
}

/// What a signed review remembers beside the rows.
package struct SignedDetails: Sendable, Equatable, Codable {
  /// A vanished link as it stood.
  package struct Vanished: Sendable, Equatable, Codable {
    package var objectGUID: String
    package var domain: String
    package var login: String
    package var userName: String
    package var state: String
    package var mark: UInt8

    /// Tells of a link.
    package init(_ vanished: VanishedLink, _ mark: ReviewMark) {
      objectGUID = vanished.link.guid.description
      domain = vanished.link.domain
      login = vanished.link.login
      userName = vanished.link.userName
      state = vanished.state.rawValue
      self.mark = mark.rawValue
    }
  }

  /// Somebody who could administer the tenant.
  package struct Reviewer: Sendable, Equatable, Codable {
    /// The kind of the assignment, or `token`.
    package var assignment: String
    package var name: String
    package var roles: [String]
    /// True if the roles give both permissions (A1).
    package var mayAdminister: Bool

    /// Makes one.
    package init(assignment: String, name: String, roles: [String], mayAdminister: Bool) {
      self.assignment = assignment
      self.name = name
      self.roles = roles
      self.mayAdminister = mayAdminister
    }
  }

  package var displayName: String
  package var counts: ReviewCounts
  package var byState: [String: Int]
  package var vanishedLinks: [Vanished]
  /// Unclaimed users on whom a decision stands, folded.
  package var decidedUsers: [String]
  package var reviewers: [Reviewer]
  /// The tenant file as it was.
  package var configuration: String
  package var snapshotStartedAt: Timestamp
  package var snapshotCompletedAt: Timestamp

  /// Makes details.
  package init(
    displayName: String, counts: ReviewCounts, byState: [String: Int], vanishedLinks: [Vanished],
    decidedUsers: [String], reviewers: [Reviewer], configuration: String,
    snapshotStartedAt: Timestamp, snapshotCompletedAt: Timestamp
  ) {
    self.displayName = displayName
    self.counts = counts
    self.byState = byState
    self.vanishedLinks = vanishedLinks
    self.decidedUsers = decidedUsers
    self.reviewers = reviewers
    self.configuration = configuration
    self.snapshotStartedAt = snapshotStartedAt
    self.snapshotCompletedAt = snapshotCompletedAt
  }
}
