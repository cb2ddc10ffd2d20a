package import Authorization
internal import TenantCore

/// All of a tenant's history: runs, changes and refusals, the latest of each first.
package struct HistoryAnswer: Encodable, Sendable {
  let tenant: String
  let runs: [RunAnswer]
  let changes: [ChangeAnswer]
  let refusals: [RefusalAnswer]

  /// Tells of a history.
  package init(tenant: String, _ history: TenantHistory) {
    self.tenant = tenant
    runs = history.runs.map(RunAnswer.init)
    changes = history.changes.map(ChangeAnswer.init)
    refusals = history.refusals.map(RefusalAnswer.init)
  }
}

/// A refusal of the installation's audit (A2).
package struct RefusalAnswer: Encodable, Sendable {
  let at: Timestamp
  let actor: String
  let action: String
  let missing: [String]

  /// Tells of a refusal.
  package init(_ refusal: RefusalRecord) {
    at = refusal.at
    actor = refusal.actor
    action = refusal.action
    missing = refusal.missing
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
