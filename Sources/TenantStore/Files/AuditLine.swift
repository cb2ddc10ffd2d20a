internal import Administration
internal import Authorization
internal import TenantCore

/// A line of the installation's audit: a refusal, or what was done.
struct AuditLine: Codable, Equatable {
  enum Outcome: String, Codable { case refused, done }

  var at: Timestamp
  var actor: String
  var userID: UInt32?
  var tenant: String
  var action: String
  var outcome: Outcome
  /// Of a refusal.
  var missing: [String]?
  /// Of what was done: the local user's or token's name, the login as it was typed, what was exported.
  var subject: String?
  /// Where somebody came from.
  var address: String?
  /// Of a token that was made.
  var roles: [String]?
  /// Of a round: its number and, if it was signed, the digest.
  var review: Int64?
  var digest: String?
}

extension AuditLine {
  init(_ record: RefusalRecord) {
    self.init(
      at: record.at, actor: record.actor, userID: record.userID, tenant: record.tenant,
      action: record.action, outcome: .refused, missing: record.missing, subject: record.login)
  }

  init(_ event: AuditEvent) {
    self.init(
      at: event.at, actor: event.actor, userID: event.userID, tenant: event.tenant,
      action: event.action, outcome: .done, subject: event.subject, address: event.address)
  }

  init(_ change: AccessChange) {
    self.init(
      at: change.at, actor: change.actor, userID: change.userID, tenant: change.tenant,
      action: change.action, outcome: .done, subject: change.subject,
      roles: change.roles.isEmpty ? nil : change.roles)
  }

  init(_ record: ReviewRecord) {
    self.init(
      at: record.at, actor: record.actor, tenant: record.tenant, action: record.action.rawValue,
      outcome: .done, review: record.review, digest: record.digest)
  }

  var refusal: RefusalRecord? {
    guard outcome == .refused, let missing else { return nil }
    return RefusalRecord(
      at: at, actor: actor, userID: userID, tenant: tenant, action: action, missing: missing,
      login: subject)
  }

  var event: AuditEvent? {
    guard outcome == .done else { return nil }
    return AuditEvent(
      at: at, actor: actor, userID: userID, tenant: tenant, action: action,
      subject: subject ?? review.map { "review \($0)" }, address: address)
  }
}
