internal import Authorization
internal import OperatingSystem
internal import Reconciliation
package import TenantCore

/// A round as it stands.
package struct RoundStanding: Sendable {
  package let round: ReviewRound
  package let counts: ReviewCounts
  /// The subjects that were asked for.
  package let items: [RoundItem]
  /// What was changed by hand while it is, or was, open, in order (V3).
  package let corrections: [NumberedChange]
  /// The last change that the subjects show (``TenantSession/lastRowChange()``); nil if the round is not open.
  package var seen: Int64?

  /// The same with some of the subjects.
  package func filtered(_ isWanted: (RoundItem) -> Bool) -> RoundStanding {
    RoundStanding(
      round: round, counts: counts, items: items.filter(isWanted), corrections: corrections,
      seen: seen)
  }
}

extension TenantSession {
  /// Opens a round on the snapshot of the latest complete run.
  ///
  /// - Returns: the round, and how its rows stand.
  package func openReview(at moment: Timestamp = .now()) async throws -> RoundStanding {
    let store = try await store(writable: true)
    let round = try await store.openReview(actor: permit.actor.userName, at: moment)
    try await audit(.opened, round.number, at: moment)
    await StandingCount(store: store).keep(at: moment)
    return try await reviewStanding(round.number) { _ in false }
  }

  /// All rounds, in the order of their numbers.
  package func reviewRounds() async throws -> [ReviewRound] {
    try await storeForReading().reviewRounds()
  }

  /// One round as it stands, or stood when it ended.
  ///
  /// - Parameters:
  ///   - number: nil for the one that is open or, if none is, for the latest.
  ///   - isWanted: which subjects are given.
  package func reviewStanding(
    _ number: Int64? = nil, at moment: Timestamp = .now(),
    where isWanted: @escaping @Sendable (RoundItem) -> Bool
  ) async throws -> RoundStanding {
    let store = try await store(writable: false)
    let round = try await round(number, store)
    let collector = RoundCollector(isWanted)
    let seen = round.state == .open ? try await store.lastRowChange() : nil
    switch round.state {
    case .open:
      try await RoundReader(store, at: moment).forEachItem { collector.take($0) }
    case .signed:
      try await SignedRound(round, tenant: tenant.name, store)?
        .forEachItem { collector.take($0) }
    case .abandoned: break
    }
    return RoundStanding(
      round: round, counts: collector.counts, items: collector.items,
      corrections: try await store.corrections(
        from: round.opened.change, to: round.closed?.change ?? .max), seen: seen)
  }

  func round(_ number: Int64?, _ store: any TenantStoring) async throws -> ReviewRound {
    let rounds = try await store.reviewRounds()
    guard let number else {
      guard let round = rounds.last(where: { $0.state == .open }) ?? rounds.last else {
        throw Failure(
          .notAvailable, "tenant '\(tenant.name)' has no review yet", remedy: .openReview)
      }
      return round
    }
    guard let round = rounds.first(where: { $0.number == number }) else {
      throw Failure(
        .notAvailable, "tenant '\(tenant.name)' has no review \(number)", remedy: .showReviews)
    }
    return round
  }

  /// The round that is open.
  ///
  /// - Parameter number: the one that somebody looked at, who means no other.
  func openRound(_ store: any TenantStoring, number: Int64? = nil) async throws -> ReviewRound {
    guard let round = try await store.reviewRounds().last(where: { $0.state == .open }) else {
      throw Failure(
        .notAvailable, "no review of tenant '\(tenant.name)' is open", remedy: .openReview)
    }
    guard number == nil || number == round.number else {
      throw Failure(
        .notAvailable, "review \(number ?? 0) is not open; review \(round.number) is",
        remedy: .showReviews)
    }
    return round
  }

  /// Ends the open round without a signature; its decisions count no more.
  ///
  /// - Parameter number: the round that is meant; nil for whichever is open.
  package func abandonReview(
    _ number: Int64? = nil, at moment: Timestamp = .now()
  ) async throws -> ReviewRound {
    let store = try await store(writable: true)
    let round = try await openRound(store, number: number)
    try await store.abandonReview(round.number, actor: permit.actor.userName, at: moment)
    try await audit(.abandoned, round.number, at: moment)
    await StandingCount(store: store).keep(at: moment)
    return try await self.round(round.number, store)
  }

  /// Writes a line of the installation's audit, on a thread that may wait.
  func audit(
    _ action: ReviewRecord.Action, _ number: Int64, at moment: Timestamp, digest: String? = nil
  ) async throws {
    let record = ReviewRecord(
      at: moment, actor: permit.actor.userName, tenant: tenant.name, action: action,
      review: number, digest: digest)
    let audit = ports.reviewAudit
    try await OwnThread.run { try audit.record(record) }
  }
}
