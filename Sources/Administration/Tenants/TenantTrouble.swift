package import TenantCore

/// Why a tenant needs somebody.
package struct TenantTrouble: Sendable, Equatable {
  /// What is the matter, the worst first.
  package enum Code: String, Sendable, CaseIterable {
    /// The tenant file is wrong; what is said of it has file, line and column.
    case brokenFile = "broken-file"
    /// The store cannot be read.
    case store
    /// The latest run failed.
    case failed
    /// The latest run did not read a directory to its end (T2).
    case incomplete
    /// A limit refused the latest run (T3).
    case refused
    /// There is nothing to read (R6).
    case noDirectory = "no-directory"
    /// No run has been complete yet.
    case neverSynced = "never-synced"
    /// No run was complete for some intervals.
    case stale
    /// Links lead to accounts or users that are gone (S5).
    case vanishedLinks = "vanished-links"
    /// Rows need a decision of a reviewer (V1); of a tenant that nobody has reviewed yet they are none.
    case attention
    /// Another host has another tenant file.
    case filesDiffer = "files-differ"
  }

  package let code: Code
  /// A sentence, or for a broken file a line for each of its errors.
  package let message: String
  /// What helps, if the message does not say it.
  package let remedy: Remedy?
  /// Why the tenant could not be looked at, or not as its file is now; nil if it could.
  package let failure: Failure?

  init(_ code: Code, _ message: String, remedy: Remedy? = nil, failure: Failure? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.failure = failure
  }

  /// What is wrong with a tenant file.
  init(_ refusal: TenantFileRefusal) {
    self.init(.brokenFile, refusal.description, failure: refusal.failure)
  }

  /// Which hosts have another tenant file than this one.
  init(_ path: String, differsFrom places: [String]) {
    let list = places.map { "'\($0)'" }.joined(separator: ", ")
    self.init(
      .filesDiffer,
      "the tenant file '\(path)' of this host is not the same as \(list); give all hosts the same one, and have each "
        + "read it (SIGHUP)")
  }

  /// Why a tenant's store could not be read.
  init(unreadable error: any Error) {
    let failure = Failure(error)
    self.init(.store, failure.message, remedy: failure.remedy, failure: failure)
  }

  package static func == (left: TenantTrouble, right: TenantTrouble) -> Bool {
    (left.code, left.message, left.remedy) == (right.code, right.message, right.remedy)
  }
}

extension TenantTrouble {
  /// What is the matter with a tenant whose store could be read.
  static func all(
    of tenant: Tenant, _ head: SnapshotHead?, latest: RunRecord?, review: ReviewGlance? = nil,
    at now: Timestamp
  ) -> [TenantTrouble] {
    guard !tenant.directories.isEmpty else {
      let error = RunError.noDirectory(tenant: tenant.name)
      return [TenantTrouble(.noDirectory, error.description)]
    }
    let failed = latest.flatMap(ofRun)
    let never =
      head == nil
      ? TenantTrouble(
        .neverSynced, "no run has been complete yet; there is no snapshot",
        remedy: failed == nil ? .sync : nil) : nil
    return [
      failed, never, head.flatMap { ofAge($0, tenant, now) }, head.flatMap(ofLinks),
      review.flatMap(ofReview),
    ].compactMap(\.self)
  }

  private static func ofRun(_ run: RunRecord) -> TenantTrouble? {
    let why = run.message ?? "the reason was not recorded"
    let when = "run \(run.id) at \(run.completedAt)"
    switch run.outcome {
    case .complete: return nil
    case .failed: return TenantTrouble(.failed, "the last run failed, \(when): \(why)")
    case .incomplete:
      return TenantTrouble(.incomplete, "the last run was incomplete, \(when): \(why)")
    case .refused:
      return TenantTrouble(
        .refused, "a limit refused the last run, \(when): \(why)", remedy: run.remedy)
    }
  }

  private static func ofAge(
    _ head: SnapshotHead, _ tenant: Tenant, _ now: Timestamp
  ) -> TenantTrouble? {
    let completed = head.run.completedAt
    let age = Duration.seconds(now.secondsSince1970 - completed.secondsSince1970)
    guard age > tenant.synchronization.longestAge else { return nil }
    return TenantTrouble(
      .stale,
      "no run was complete for \(Synchronization.intervalsUntilStale) intervals; the snapshot is of "
        + "\(completed)")
  }

  private static func ofReview(_ review: ReviewGlance) -> TenantTrouble? {
    guard review.isUnderReview, review.attention > 0 else { return nil }
    let count = review.attention == 1 ? "1 row needs" : "\(review.attention) rows need"
    let place =
      review.open.map { "in review \($0), which is open" } ?? "and no review is open"
    return TenantTrouble(
      .attention, "\(count) a decision \(place)",
      remedy: review.open == nil ? .openReview : .showAttention)
  }

  private static func ofLinks(_ head: SnapshotHead) -> TenantTrouble? {
    let links = head.vanishedLinks
    guard !links.isEmpty else { return nil }
    let states = Dictionary(grouping: links, by: \.state.rawValue).sorted { $0.key < $1.key }
      .map { "\($0.value.count) \($0.key)" }
    let noun = links.count == 1 ? "vanished link" : "vanished links"
    return TenantTrouble(
      .vanishedLinks, "\(links.count) \(noun): \(states.joined(separator: ", "))")
  }
}
