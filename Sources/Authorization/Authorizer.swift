package import TenantCore

/// Proof that an actor holds the permissions that an action on a tenant needs.
///
/// Only ``Authorizer`` makes one, and every port asks for one: forgetting the check does not
/// compile.
package struct Permit: Sendable {
  /// The tenant that may be acted on, as its file describes it.
  package let tenant: Tenant
  /// Who acts.
  package let actor: Actor
  /// What for: the command's words, without values.
  package let action: String

  init(tenant: Tenant, actor: Actor, action: String) {
    self.tenant = tenant
    self.actor = actor
    self.action = action
  }
}

/// A refusal by ``Authorizer`` (exit code 77).
package struct PermissionRefused: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is missing; empty if the actor has no role in the tenant, or there is no such tenant.
  package let missing: [Permission]
  /// The message, with the actor and what is missing.
  package let description: String
}

extension PermissionRefused: ClassifiedError {
  package var failure: Failure {
    Failure(.permissionRefused, description, remedy: missing.isEmpty ? .showTenants : nil)
  }
}

/// The one place where permissions are checked (A2).
package struct Authorizer: Sendable {
  private let actor: Actor
  private let audit: any RefusalAudit

  /// Makes an authorizer.
  ///
  /// - Parameters:
  ///   - actor: who acts.
  ///   - audit: where refusals are written.
  package init(actor: Actor, audit: any RefusalAudit) {
    self.actor = actor
    self.audit = audit
  }

  /// Gives a permit, or writes the refusal to the audit and throws it.
  ///
  /// - Throws: ``PermissionRefused`` that names the actor and each missing permission; for an actor
  ///   without any role it says what ``refuseUnknown(_:action:)`` says (A5).
  package func permit(
    _ tenant: Tenant, policy: AccessPolicy, fileOwner: UInt32, action: String
  ) throws -> Permit {
    guard let held = policy.permissions(of: actor, in: tenant.name, fileOwner: fileOwner)
    else {
      try refuseUnknown(tenant.name, action: action)
    }
    let missing = Permission.neededForEveryAction.filter { !held.contains($0) }
    guard missing.isEmpty else {
      let names = missing.map { "'\($0.rawValue)'" }.joined(separator: " and ")
      try refuse(
        tenant.name, action: action, missing: missing,
        message: "\(actor.userName) lacks the permission \(names) for tenant '\(tenant.name)'; "
          + "a role that grants it can be assigned in the tenant file's access section")
    }
    return Permit(tenant: tenant, actor: actor, action: action)
  }

  /// Refuses a tenant that does not exist, in the words used for one in which the actor has no
  /// role, so that names cannot be probed (A5).
  package func refuseUnknown(_ tenant: String, action: String) throws -> Never {
    try refuse(
      tenant, action: action, missing: [],
      message: "\(actor.userName) has no role in tenant '\(tenant)', or there is no such tenant")
  }

  /// True if ``permit(_:policy:fileOwner:action:)`` would give one; nothing is audited, because
  /// nothing was asked for (`--all`, `tenants list`).
  package func mayAdminister(_ tenant: Tenant, policy: AccessPolicy, fileOwner: UInt32) -> Bool {
    let held = policy.permissions(of: actor, in: tenant.name, fileOwner: fileOwner) ?? []
    return Permission.neededForEveryAction.allSatisfy(held.contains)
  }

  /// Who acts, as the audit remembers it.
  var actorName: String { actor.userName }

  /// A permit for an operator, once it was found that the actor may have one.
  func permit(operator name: String, action: String) -> OperatorPermit {
    OperatorPermit(name: name, actor: actor, action: action)
  }

  func refuse(
    _ tenant: String, action: String, missing: [Permission], message: String
  ) throws -> Never {
    let refused = PermissionRefused(missing: missing, description: message)
    try audit.record(
      RefusalRecord(
        at: Timestamp.now(), actor: actor.userName, userID: actor.userID,
        tenant: tenant, action: action, missing: missing.map(\.rawValue)))
    throw refused
  }
}
