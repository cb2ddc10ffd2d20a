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

  let ready: Bool
  let tenants: [Tenant]
  let brokenFiles: [String]
  let folderBroken: Bool

  init(_ report: ServiceReport) {
    ready = report.isReady
    tenants = report.tenants.map { tenant in
      Tenant(
        tenant: tenant.tenant, lastSuccess: tenant.lastSuccess,
        nextRun: Timestamp(secondsSince1970: Int64(tenant.nextRun.rounded(.up))),
        running: tenant.isRunning, waiting: tenant.isWaiting,
        late: tenant.lateness.components.seconds)
    }
    brokenFiles = report.broken
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
