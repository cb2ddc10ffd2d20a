internal import Foundation
package import TenantCore

/// What an operator is told of a tenant. It holds no secret: messages never do.
package struct TenantNotification: Sendable, Equatable, Encodable {
  /// Longer messages are cut; the log has all of them.
  static let longestMessage = 4096

  /// The tenant.
  package var tenant: String
  /// `failed`, `stale`, `safety-stop` or `recovered`.
  package var event: String
  /// What happened, and the remedy.
  package var message: String
  /// When.
  package var at: Timestamp
  /// The run's number in the tenant's history; nil if it is about none.
  package var run: Int64?

  /// Makes a notification.
  package init(tenant: String, event: String, message: String, at: Timestamp, run: Int64?) {
    self.tenant = tenant
    self.event = event
    self.message =
      message.count > Self.longestMessage
      ? message.prefix(Self.longestMessage) + "…" : message
    self.at = at
    self.run = run
  }

  private enum Key: String, CodingKey { case tenant, event, message, at, run }

  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(tenant, forKey: .tenant)
    try members.encode(event, forKey: .event)
    try members.encode(message, forKey: .message)
    try members.encode(at, forKey: .at)
    // Absent values are null, as everywhere.
    try members.encode(run, forKey: .run)
  }

  /// One line of JSON.
  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(self)
    }
  }
}
