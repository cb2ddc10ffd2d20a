package import TenantCore

/// Proof that an actor may say by what an operator signs in: who could do in each tenant what the operator
/// can.
///
/// Only ``Authorizer`` makes one, and the port that keeps operators asks for one.
package struct OperatorPermit: Sendable {
  /// The operator's name.
  package let name: String
  /// Who acts.
  package let actor: Actor
  /// What for: the command's words, without values.
  package let action: String

  init(name: String, actor: Actor, action: String) {
    self.name = name
    self.actor = actor
    self.action = action
  }
}

/// A tenant, as far as the permission check looks at it.
package struct GuardedTenant: Sendable {
  package let tenant: Tenant
  /// The `access` section of its file.
  package let policy: AccessPolicy
  /// The user id of the file's owner.
  package let fileOwner: UInt32

  /// Makes one.
  package init(tenant: Tenant, policy: AccessPolicy, fileOwner: UInt32) {
    self.tenant = tenant
    self.policy = policy
    self.fileOwner = fileOwner
  }
}

extension Authorizer {
  /// What stands for a tenant's name where the audit tells of all of them.
  package static let allTenants = "*"

  /// Gives a permit for an operator, or writes the refusal to the audit and throws it.
  ///
  /// Who sets an operator's password could sign in with it. So nobody may who lacks a permission in any
  /// of the tenants that name the operator (A1); while none does, it takes a tenant of one's own.
  ///
  /// - Parameter tenants: all whose files can be read.
  /// - Throws: ``PermissionRefused``, which names no tenant (A5).
  package func permit(
    operator name: String, tenants: [GuardedTenant], action: String
  ) throws -> OperatorPermit {
    let naming = tenants.filter { $0.policy.names(operator: name) }
    let isAllowed = (naming.isEmpty ? tenants : naming).map {
      mayAdminister($0.tenant, policy: $0.policy, fileOwner: $0.fileOwner)
    }
    guard naming.isEmpty ? isAllowed.contains(true) : !isAllowed.contains(false) else {
      try refuse(
        Self.allTenants, action: action, missing: [],
        message: naming.isEmpty
          ? "\(actorName) may administer no tenant, and so make no operator"
          : "\(actorName) may not administer every tenant whose file names the operator '\(name)', and "
            + "so not say by what the operator signs in")
    }
    return permit(operator: name, action: action)
  }
}
