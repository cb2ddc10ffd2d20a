internal import PluginContract
internal import Reconciliation
internal import Synchronization
package import TenantCore

/// What a run would do if its limits were lifted: whom it would lose, link, and change.
package struct RunPreview: Sendable, Codable {
  /// Many, of whom some are named.
  package struct Listed<Element: Sendable & Codable>: Sendable, Codable {
    package var count = 0
    /// The first, in the order of the table.
    package var first: [Element] = []

    mutating func add(_ element: @autoclosure () -> Element, most: Int) {
      count += 1
      if first.count < most { first.append(element()) }
    }
  }

  /// A directory user, and the tenant user whom it is, was or would be linked to.
  package struct Pair: Sendable, Equatable, Codable {
    /// `DOMAIN\login`.
    package let account: String
    package let userName: String?
  }

  /// What would change in a tenant user.
  package struct Update: Sendable, Equatable, Codable {
    package let userName: String
    package let fields: [FieldChange]
  }

  /// When the run, which was not made, would have been complete.
  package let at: Timestamp
  /// The counts that the table would have.
  package let after: StateCounts
  /// The table's counts of now; nil if there was no complete run yet.
  package let before: StateCounts?
  /// The limits that refuse it (T3); empty if none does.
  package let refusals: [String]
  /// Directory users who are in the table and would not be any more.
  package var vanishing = Listed<Pair>()
  /// Directory users who stay in the table, are *Matched*, and would not be any more.
  package var unmatching = Listed<Pair>()
  /// Directory users who would be linked.
  package var linking = Listed<Pair>()
  /// Tenant users whose values would change.
  package var updating = Listed<Update>()
}

extension TenantSession {
  /// Does all that a run does except writing, and compares what would be with what is (S6).
  ///
  /// - Parameter most: of each list, so many are named.
  package func runPreview(
    most: Int, progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async throws -> (report: RunReport, preview: RunPreview) {
    let report = try await preview(progress: progress)
    let snapshot = try await storeForReading().snapshot()
    var preview = RunPreview(
      at: report.run.completedAt, after: report.run.counts, before: snapshot?.run.counts,
      refusals: report.refusals.map(\.description))
    let names = PlanNames(plan: report.plan, tenant: tenant)
    for row in report.plan.newLinks {
      preview.linking.add(names.pair(of: report.plan.rows[row]), most: most)
    }
    preview.updating.count = report.plan.userChanges.count
    preview.updating.first = report.plan.userChanges.prefix(most).map {
      RunPreview.Update(
        userName: report.plan.users.userName(of: $0.user), fields: $0.fields)
    }
    guard let snapshot else { return (report, preview) }
    let losses = Losses(plan: report.plan, most: most)
    try await snapshot.rows.forEachBatch(columns: Losses.columns) { losses.add($0) }
    (preview.vanishing, preview.unmatching) = losses.found
    return (report, preview)
  }
}

extension TenantSession {
  /// What tells this version of the tenant file from every other one, at whatever host.
  package var tenantFileMark: String { usedFile.digest }
}

/// What a plan calls its people.
private struct PlanNames {
  let plan: Plan
  let tenant: Tenant

  func pair(of row: PlannedRow) -> RunPreview.Pair {
    let batch = plan.directoryUsers[Int(row.batch)]
    let login = batch.records.column(DirectoryAttribute.login)?.raw.text(of: Int(row.record)) ?? ""
    return RunPreview.Pair(
      account: "\(tenant.directories[batch.directory].domain)\\\(login)",
      userName: row.user < 0 ? nil : plan.users.userName(of: Int(row.user)))
  }
}

/// Who is in the table, and would be gone or no longer matched.
private final class Losses: Sendable {
  static let columns: [RowColumn] = [
    .domain, .activeDirectoryLogin, .objectGUID, .status, .userName,
  ]

  private let isMatched: [ObjectGUID: Bool]
  private let most: Int
  private let lists = Mutex(
    (
      vanishing: RunPreview.Listed<RunPreview.Pair>(),
      unmatching: RunPreview.Listed<RunPreview.Pair>()
    )
  )

  init(plan: Plan, most: Int) {
    self.most = most
    var isMatched: [ObjectGUID: Bool] = [:]
    isMatched.reserveCapacity(plan.rows.count)
    for row in plan.rows {
      guard let guid = plan.directoryUsers[Int(row.batch)].anchors[Int(row.record)] else {
        continue
      }
      isMatched[guid] = row.state.status == .matched
    }
    self.isMatched = isMatched
  }

  var found: (RunPreview.Listed<RunPreview.Pair>, RunPreview.Listed<RunPreview.Pair>) {
    lists.withLock { ($0.vanishing, $0.unmatching) }
  }

  func add(_ batch: RowBatch) {
    lists.withLock { lists in
      for row in 0..<batch.count {
        guard let guid = batch.text(.objectGUID, row: row).flatMap({ ObjectGUID($0) }) else {
          continue
        }
        let wasMatched = batch.text(.status, row: row) == Status.matched.rawValue
        switch isMatched[guid] {
        case nil: lists.vanishing.add(pair(of: row, in: batch), most: most)
        case false? where wasMatched: lists.unmatching.add(pair(of: row, in: batch), most: most)
        default: break
        }
      }
    }
  }

  private func pair(of row: Int, in batch: RowBatch) -> RunPreview.Pair {
    RunPreview.Pair(
      account: "\(batch.text(.domain, row: row) ?? "")\\"
        + (batch.text(.activeDirectoryLogin, row: row) ?? ""),
      userName: batch.text(.userName, row: row))
  }
}
