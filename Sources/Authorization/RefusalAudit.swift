package import TenantCore

/// A refusal as the installation's audit remembers it (A2).
package struct RefusalRecord: Sendable, Equatable {
  /// When.
  package var at: Timestamp
  /// Who was refused.
  package var actor: String
  /// The actor's real user id; nil for who did not come through the operating system.
  package var userID: UInt32?
  /// As it was asked for; there may be no such tenant.
  package var tenant: String
  /// What was asked for.
  package var action: String
  /// Names of the missing permissions; empty if the actor has no role at all.
  package var missing: [String]
  /// Of a sign-in: the login as it was typed, bounded and harmless.
  package var login: String?

  /// Makes a record.
  package init(
    at: Timestamp, actor: String, userID: UInt32?, tenant: String, action: String,
    missing: [String], login: String? = nil
  ) {
    self.at = at
    self.actor = actor
    self.userID = userID
    self.tenant = tenant
    self.action = action
    self.missing = missing
    self.login = login
  }
}

/// The installation's own audit: a file in the state folder, not a tenant's store (A2). It needs no
/// permit, because it records those who have none.
package protocol RefusalAudit: Sendable {
  /// Appends a refusal, or throws: a refusal that cannot be recorded is an error of its own.
  func record(_ refusal: RefusalRecord) throws
}
