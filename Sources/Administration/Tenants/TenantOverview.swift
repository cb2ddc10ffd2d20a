package import Authorization
internal import OperatingSystem
package import TenantCore

/// A tenant at a glance: where its snapshot stands, and why it needs somebody.
package struct TenantGlance: Sendable {
  /// The tenant's name; of a file that is broken, the file's.
  package let name: String
  /// The name for people; nil if no file says it.
  package let displayName: String?
  /// The latest complete run, with the counts of now; nil if there is none.
  package var snapshot: RunRecord?
  /// A later run that did not complete, or the latest if none has yet.
  package var lastFailure: RunRecord?
  /// Links without a row, or without a user.
  package var vanishedLinkCount = 0
  /// Tenant users whom nobody claims.
  package var unclaimedCount = 0
  /// How its review stands; nil if there is no complete run yet.
  package var review: ReviewGlance?
  /// Why it needs somebody, the worst first; empty if it does not.
  package var troubles: [TenantTrouble] = []
}

/// How a tenant's review stands, at a glance.
package struct ReviewGlance: Sendable, Equatable {
  /// Subjects that need a decision in the open round, or in one that were opened now.
  package let attention: Int
  /// Rows and vanished links that are new, or otherwise, since the last signed review; nil if none was signed.
  package let changed: Int?
  /// The number of the open round; nil if none is.
  package let open: Int64?
  /// The last signed round, and when it was signed; nil if none was.
  package let signed: (number: Int64, at: Timestamp)?

  /// True if somebody reviews the tenant: what needs a decision is then something to do.
  var isUnderReview: Bool { open != nil || signed != nil }

  package static func == (left: ReviewGlance, right: ReviewGlance) -> Bool {
    (left.attention, left.changed, left.open) == (right.attention, right.changed, right.open)
      && left.signed?.number == right.signed?.number && left.signed?.at == right.signed?.at
  }
}

/// A tenant as its file stands, to be looked at.
package struct OverviewEntry: Sendable {
  /// The tenant's name; of a file that is broken, the file's.
  package let name: String
  /// The file, or its last good version; nil if there is none.
  package let file: TenantFile?
  /// What is wrong with the file now; nil if nothing is.
  package let refusal: TenantFileRefusal?
  /// Who looks; nil for the user of this process.
  package let actor: Actor?

  /// Makes an entry.
  package init(
    name: String, file: TenantFile?, refusal: TenantFileRefusal?, actor: Actor? = nil
  ) {
    self.name = name
    self.file = file
    self.refusal = refusal
    self.actor = actor
  }

  /// A file that was read just now.
  init(_ entry: TenantFileEntry) {
    switch entry.file {
    case .success(let file): self.init(name: entry.name, file: file, refusal: nil)
    case .failure(let refusal): self.init(name: entry.name, file: nil, refusal: refusal)
    }
  }
}

extension TenantRegistry {
  /// The words by which an overview is found in the audit.
  package static let overviewAction = "overview"

  /// All tenants that the user of this process may administer, at a glance; broken files that can be
  /// read are among them.
  ///
  /// - Throws: only if the folder itself is missing or unsafe.
  package func overview(at now: Timestamp, jobs: Int) async throws -> [TenantGlance] {
    let entries = try await OwnThread.run { try administered().map(OverviewEntry.init) }
    return await overview(of: entries, at: now, jobs: jobs)
  }

  /// Tenants at a glance: those that need somebody first, each kind in the order of the names. What is
  /// wrong with one spoils no other.
  ///
  /// - Parameters:
  ///   - entries: tenants, each with who may administer it.
  ///   - jobs: how many stores are read at once.
  ///   - standings: what is known of the tenants; nil to find all of it out.
  package func overview(
    of entries: [OverviewEntry], at now: Timestamp, jobs: Int, standings: StandingCache? = nil
  ) async -> [TenantGlance] {
    var glances: [TenantGlance] = []
    await withTaskGroup(of: TenantGlance.self) { group in
      var waiting = entries.makeIterator()
      func start() {
        guard let entry = waiting.next() else { return }
        group.addTask { await glance(at: entry, now, standings) }
      }
      for _ in 0..<max(1, jobs) { start() }
      for await glance in group {
        glances.append(glance)
        start()
      }
    }
    return glances.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
  }

  /// Reads the head of a store, which is as quick for a million rows as for one. Only after a change by hand are the rows
  /// counted anew.
  private func glance(
    at entry: OverviewEntry, _ now: Timestamp, _ standings: StandingCache?
  ) async -> TenantGlance {
    var glance = TenantGlance(name: entry.name, displayName: entry.file?.tenant.displayName)
    glance.troubles = entry.refusal.map { [TenantTrouble($0)] } ?? []
    guard let file = entry.file else { return glance }
    do {
      let session = try await session(file, action: Self.overviewAction, as: entry.actor)
      let head = try await session.head()
      let latest = try await head == nil ? session.runs(limit: 1).first : head?.lastFailure
      glance.snapshot = head?.run
      glance.lastFailure = latest
      glance.vanishedLinkCount = head?.vanishedLinks.count ?? 0
      glance.unclaimedCount = head?.unclaimedCount ?? 0
      glance.review = try await head == nil ? nil : session.reviewGlance(at: now, standings)
      glance.troubles += TenantTrouble.all(
        of: file.tenant, head, latest: latest, review: glance.review, at: now)
      if let others = try await session.turnTimes()?.otherFiles, !others.isEmpty {
        glance.troubles.append(TenantTrouble(file.path, differsFrom: others))
      }
    } catch {
      glance.troubles.append(TenantTrouble(unreadable: error))
    }
    return glance
  }
}

extension TenantSession {
  /// Another text after each change that what a review asks for can depend on.
  package func reviewBasis() async throws -> String {
    try await storeForReading().reviewHead().basis
  }

  /// How the review stands, from what was counted after the last run or since.
  func reviewGlance(at now: Timestamp, _ standings: StandingCache?) async throws -> ReviewGlance {
    let store = try await storeForReading()
    let head = try await store.reviewHead()
    let known = standings?.standing(of: tenant.name, head.basis)
    let standing =
      if let known { known } else { try await StandingCount(store: store).standing(head, at: now) }
    standings?.keep(standing, of: tenant.name, head.basis)
    return ReviewGlance(
      attention: standing.attention(at: now), changed: standing.changed, open: head.open,
      signed: head.signed)
  }
}

extension TenantGlance {
  /// The place of its worst trouble among all that there can be; beyond them if it has none.
  fileprivate var rank: Int {
    let codes = TenantTrouble.Code.allCases
    return troubles.first.flatMap { codes.firstIndex(of: $0.code) } ?? codes.count
  }
}
