internal import Reconciliation
internal import Synchronization
package import TenantCore

/// Remembers how tenants stand in their reviews, so that what was changed by hand is counted once for all who look.
package final class StandingCache: Sendable {
  private let known = Mutex<[String: (basis: String, standing: ReviewStanding)]>([:])

  /// Knows nothing yet.
  package init() {}

  func standing(of tenant: String, _ basis: String) -> ReviewStanding? {
    known.withLock { known in known[tenant].flatMap { $0.basis == basis ? $0.standing : nil } }
  }

  func keep(_ standing: ReviewStanding, of tenant: String, _ basis: String) {
    known.withLock { $0[tenant] = (basis, standing) }
  }
}

/// Counts how the rows of a tenant stand in its review, so that an overview need not.
struct StandingCount: Sendable {
  let store: any TenantStoring

  /// Counts if something has changed since it was counted last, and keeps it. What goes wrong is left: an overview
  /// that finds no counts makes its own.
  func keep(at moment: Timestamp = .now()) async {
    guard let head = try? await store.reviewHead(), head.standing == nil,
      let standing = try? await counted(head, at: moment)
    else { return }
    try? await store.keep(standing, basis: head.basis)
  }

  /// What was kept or, if something has changed since, is counted now.
  func standing(_ head: ReviewHead, at moment: Timestamp) async throws -> ReviewStanding {
    if let standing = head.standing { return standing }
    return try await counted(head, at: moment)
  }

  private func counted(_ head: ReviewHead, at moment: Timestamp) async throws -> ReviewStanding {
    guard head.open != nil || head.signed != nil else { return try await firstRound() }
    let counts = Mutex(ReviewStanding(attention: 0, changed: head.signed == nil ? nil : 0))
    try await RoundReader(store, at: moment).forEachItem { item in
      counts.withLock { counts in
        if item.mark == .undecided { counts.attention += 1 }
        if item.isChangedSinceReview { counts.changed? += 1 }
        if item.mark == .decided, let end = item.decision?.wish.until {
          counts.endings[end.description, default: 0] += 1
        }
      }
    }
    return counts.withLock(\.self)
  }

  /// What a first round would ask for: states and flags say it.
  private func firstRound() async throws -> ReviewStanding {
    let count = Mutex(try await store.head()?.vanishedLinks.count ?? 0)
    try await store.forEachRowState { rows in
      let doubtful = rows.count { AttentionRule.isDoubtful($0.0, $0.1) }
      count.withLock { $0 += doubtful }
    }
    return ReviewStanding(attention: count.withLock(\.self), changed: nil)
  }
}

extension ReviewStanding {
  /// How a tenant stands that was never reviewed: by what a first round would ask for.
  package static func firstRound(of plan: Plan) -> ReviewStanding {
    let doubtful = plan.rows.count { row in
      AttentionRule.isDoubtful(
        row.state, plan.directoryUsers[Int(row.batch)].flags[Int(row.record)])
    }
    return ReviewStanding(attention: plan.vanishedLinks.count + doubtful, changed: nil)
  }
}
