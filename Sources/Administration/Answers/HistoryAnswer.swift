package import Authorization
internal import TenantCore

/// All of a tenant's history: runs, changes and refusals, the latest of each first.
package struct HistoryAnswer: Encodable, Sendable {
  let tenant: String
  let runs: [RunAnswer]
  let changes: [ChangeAnswer]
  let refusals: [RefusalAnswer]
  let events: [EventAnswer]

  /// Tells of a history.
  package init(tenant: String, _ history: TenantHistory) {
    self.tenant = tenant
    runs = history.runs.map(RunAnswer.init)
    changes = history.changes.map(ChangeAnswer.init)
    refusals = history.refusals.map(RefusalAnswer.init)
    events = history.events.map(EventAnswer.init)
  }
}

/// What somebody did, as the installation's audit has it.
package struct EventAnswer: Encodable, Sendable {
  let at: Timestamp
  let actor: String
  let action: String
  /// The login as it was typed, what was exported, the local user's or token's name.
  @OrNull var subject: String?
  /// Nil for a deed on the command line.
  @OrNull var address: String?

  /// Tells of an event.
  package init(_ event: AuditEvent) {
    at = event.at
    actor = event.actor
    action = event.action
    subject = event.subject
    address = event.address
  }
}

/// What was done in a tenant beside runs and changes, the latest first.
package struct EventsAnswer: Encodable, Sendable {
  let tenant: String
  let events: [EventAnswer]

  /// Tells of events.
  package init(tenant: String, events: [AuditEvent]) {
    self.tenant = tenant
    self.events = events.map(EventAnswer.init)
  }
}

/// A refusal of the installation's audit (A2).
package struct RefusalAnswer: Encodable, Sendable {
  let at: Timestamp
  let actor: String
  let action: String
  let missing: [String]
  /// Of a sign-in: the login as it was typed.
  @OrNull var login: String?

  /// Tells of a refusal.
  package init(_ refusal: RefusalRecord) {
    at = refusal.at
    actor = refusal.actor
    action = refusal.action
    missing = refusal.missing
    login = refusal.login
  }
}

/// Who was refused in a tenant, the latest first.
package struct RefusalsAnswer: Encodable, Sendable {
  let tenant: String
  let refusals: [RefusalAnswer]

  /// Tells of refusals.
  package init(tenant: String, refusals: [RefusalRecord]) {
    self.tenant = tenant
    self.refusals = refusals.map(RefusalAnswer.init)
  }
}
