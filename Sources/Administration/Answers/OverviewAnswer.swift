package import TenantCore

/// All tenants at a glance, those that need somebody first.
package struct OverviewAnswer: Encodable, Sendable {
  /// A tenant at a glance.
  package struct Tenant: Encodable, Sendable {
    package let tenant: String
    /// Nil if the tenant's file is broken.
    @OrNull package var displayName: String?
    package let needsSomebody: Bool
    /// The worst first.
    package let troubles: [Trouble]
    /// Directory users; nil if there is no complete run yet.
    @OrNull package var counts: CountsAnswer?
    package let vanishedLinks: Int
    package let unclaimed: Int
    /// Rows, vanished links and unclaimed users that need a decision in the open review, or in one that were opened
    /// now; nil if there is no complete run yet.
    @OrNull package var attention: Int?
    /// Rows and vanished links that are new, or otherwise, since the last signed review; nil if none was signed.
    @OrNull package var changedSinceReview: Int?
    /// The number of the open review.
    @OrNull package var openReview: Int64?
    /// The last signed review.
    @OrNull package var lastReview: Review?
    /// The latest complete run.
    @OrNull package var snapshot: Run?
    /// A later run that did not complete, or the latest if none has yet.
    @OrNull package var lastFailure: FailureAnswer?

    /// Tells of a tenant.
    init(_ glance: TenantGlance, at now: Timestamp, nextStep: (Remedy, String) -> String?) {
      tenant = glance.name
      displayName = glance.displayName
      needsSomebody = !glance.troubles.isEmpty
      troubles = glance.troubles.map { Trouble($0, tenant: glance.name, nextStep: nextStep) }
      counts = glance.snapshot.map { CountsAnswer($0.counts) }
      vanishedLinks = glance.vanishedLinkCount
      unclaimed = glance.unclaimedCount
      attention = glance.review?.attention
      changedSinceReview = glance.review?.changed
      openReview = glance.review?.open
      lastReview = glance.review?.signed.map { Review($0.number, signedAt: $0.at, at: now) }
      snapshot = glance.snapshot.map { Run($0, at: now) }
      lastFailure = glance.lastFailure.map(FailureAnswer.init)
    }
  }

  /// Why a tenant needs somebody.
  package struct Trouble: Encodable, Sendable {
    package let code: String
    package let message: String
    /// What helps, if the message does not say it.
    @OrNull package var nextStep: String?

    init(_ trouble: TenantTrouble, tenant: String, nextStep: (Remedy, String) -> String?) {
      code = trouble.code.rawValue
      message = trouble.message
      self.nextStep = trouble.remedy.flatMap { nextStep($0, tenant) }
    }
  }

  /// The last signed review.
  package struct Review: Encodable, Sendable {
    package let review: Int64
    package let signedAt: Timestamp
    /// Seconds since it was signed; 0 if the clock was set back.
    package let age: Int64

    init(_ number: Int64, signedAt: Timestamp, at now: Timestamp) {
      review = number
      self.signedAt = signedAt
      age = max(0, now.secondsSince1970 - signedAt.secondsSince1970)
    }
  }

  /// The latest complete run.
  package struct Run: Encodable, Sendable {
    package let run: Int64
    package let startedAt: Timestamp
    package let completedAt: Timestamp
    /// Seconds since it was complete; 0 if the clock was set back.
    package let age: Int64

    init(_ run: RunRecord, at now: Timestamp) {
      self.run = run.id
      startedAt = run.startedAt
      completedAt = run.completedAt
      age = max(0, now.secondsSince1970 - run.completedAt.secondsSince1970)
    }
  }

  package let tenants: [Tenant]

  /// Tells of tenants.
  ///
  /// - Parameter nextStep: says what somebody can do, for the tenant of a name; nil if nothing.
  package init(
    _ glances: [TenantGlance], at now: Timestamp, nextStep: (Remedy, _ tenant: String) -> String?
  ) {
    tenants = glances.map { Tenant($0, at: now, nextStep: nextStep) }
  }
}
