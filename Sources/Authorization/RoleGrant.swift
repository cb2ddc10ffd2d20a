package import TenantCore

/// Proof that the roles of a new token exist and grant nothing that their giver lacks.
///
/// Only ``Authorizer`` makes one.
package struct RoleGrant: Sendable, Equatable {
  /// The tenant's name.
  package let tenant: String
  /// Names of ``AccessPolicy/roles``, each once.
  package let roles: [String]

  init(tenant: String, roles: [String]) {
    self.tenant = tenant
    self.roles = roles
  }
}

/// A role that the tenant file does not declare (exit code 64).
package struct UnknownRole: Error, Sendable, Equatable, CustomStringConvertible {
  /// The message, with the roles that there are.
  package let description: String
}

extension UnknownRole: ClassifiedError {
  package var failure: Failure { Failure(.usage, description) }
}

extension Authorizer {
  /// The roles that an actor may give to a token of the permit's tenant.
  ///
  /// - Parameter asked: names of roles; empty: all that the actor has in the tenant.
  /// - Throws: ``UnknownRole``; ``PermissionRefused`` if a role grants what the actor lacks, which is
  ///   written to the audit (A2).
  package func grant(
    _ asked: [String], permit: Permit, policy: AccessPolicy, fileOwner: UInt32
  ) throws -> RoleGrant {
    let tenant = permit.tenant.name
    let own = policy.roleNames(of: permit.actor, in: tenant, fileOwner: fileOwner)
    var seen: Set<String> = []
    let roles = (asked.isEmpty ? own : asked).filter { seen.insert($0).inserted }
    for role in roles where policy.roles[role] == nil {
      let known = policy.roles.keys.sorted().joined(separator: ", ")
      throw UnknownRole(
        description: "tenant '\(tenant)' has no role '\(role)'; its file declares: \(known)")
    }
    let held = policy.permissions(of: permit.actor, in: tenant, fileOwner: fileOwner) ?? []
    let granted = roles.reduce(into: Set<Permission>()) { $0.formUnion(policy.roles[$1] ?? []) }
    let missing = Permission.allCases.filter { granted.contains($0) && !held.contains($0) }
    guard missing.isEmpty else {
      let names = missing.map { "'\($0.rawValue)'" }.joined(separator: " and ")
      try refuse(
        tenant, action: permit.action, missing: missing,
        message: "\(permit.actor.userName) cannot give a token \(names), which "
          + "\(permit.actor.userName) lacks for tenant '\(tenant)'; name other roles")
    }
    return RoleGrant(tenant: tenant, roles: roles)
  }
}
