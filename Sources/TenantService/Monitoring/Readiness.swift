internal import Foundation
internal import TenantCore

/// What `/readyz` answers with.
struct Readiness: Encodable {
  struct Tenant: Encodable {
    let tenant: String
    let lastSuccess: Timestamp?
    let nextRun: Timestamp
    let running: Bool
    let waiting: Bool
    /// Whole seconds.
    let late: Int64

    private enum Key: String, CodingKey {
      case tenant, lastSuccess, nextRun, running, waiting, late
    }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: Key.self)
      try members.encode(tenant, forKey: .tenant)
      // Absent values are null, as everywhere.
      try members.encode(lastSuccess, forKey: .lastSuccess)
      try members.encode(nextRun, forKey: .nextRun)
      try members.encode(running, forKey: .running)
      try members.encode(waiting, forKey: .waiting)
      try members.encode(late, forKey: .late)
    }
  }

  /// Whether the database of several hosts answers.
  enum Database: String, Encodable { case reachable, unreachable }

  let ready: Bool
  /// Absent if the store is in files.
  let database: Database?
  let tenants: [Tenant]
  let brokenFiles: [String]
  /// Tenants of which other hosts have another file.
  let differingFiles: [String]
  let folderBroken: Bool

  init(_ report: ServiceReport, database: Database? = nil) {
    ready = report.isReady && database != .unreachable
    self.database = database
    tenants = report.tenants.map { tenant in
      Tenant(
        tenant: tenant.tenant, lastSuccess: tenant.lastSuccess,
        nextRun: Timestamp(secondsSince1970: Int64(tenant.nextRun.rounded(.up))),
        running: tenant.isRunning, waiting: tenant.isWaiting,
        late: tenant.lateness.components.seconds)
    }
    brokenFiles = report.broken
    differingFiles = report.tenants.filter { !$0.otherFiles.isEmpty }.map(\.tenant)
    folderBroken = report.isFolderBroken
  }

  /// One line of JSON.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
