/// A permission, by the name under which a tenant file grants it.
package enum Permission: String, Sendable, CaseIterable, Hashable {
  case administerTenant = "Administer Tenant"
  case administerActiveDirectoryAuthentication = "Administer Active Directory Authentication"

  /// What every action on a tenant needs: both, and neither implies the other (A1).
  package static let neededForEveryAction: [Permission] = [
    .administerTenant, .administerActiveDirectoryAuthentication,
  ]
}

/// Who may do what in a tenant: the `access` section of its file.
package struct AccessPolicy: Sendable, Equatable {
  /// Whom an assignment names.
  package enum Assignee: Sendable, Equatable {
    /// Whoever owns the tenant file.
    case fileOwner
    case osUser(String)
    case osGroup(String)
    /// A group's DN, for sign-in on the page.
    case directoryGroup(String)
    /// A user that `tenantctl access add` made, for sign-in on the page.
    case localUser(String)
    /// Somebody whom several tenants may name, with one sign-in for all of them.
    case `operator`(String)
  }

  /// One entry of `access.assignments`.
  package struct Assignment: Sendable, Equatable {
    /// Who gets the roles.
    package var assignee: Assignee
    /// Names of ``AccessPolicy/roles``.
    package var roles: [String]

    /// Makes an assignment.
    package init(_ assignee: Assignee, roles: [String]) {
      self.assignee = assignee
      self.roles = roles
    }
  }

  /// The permissions of each role.
  package var roles: [String: Set<Permission>]
  /// Who has which roles.
  package var assignments: [Assignment]

  /// Makes a policy.
  package init(roles: [String: Set<Permission>] = [:], assignments: [Assignment] = []) {
    self.roles = roles
    self.assignments = assignments
  }

  /// DNs of the groups that roles are assigned to.
  package var directoryGroups: [String] {
    assignments.compactMap { assignment in
      if case .directoryGroup(let group) = assignment.assignee { group } else { nil }
    }
  }

  /// True if an assignment gives roles to an operator of a name.
  package func names(operator name: String) -> Bool {
    assignments.contains { $0.assignee == .operator(name) }
  }

  /// The names of all roles that an actor has in a tenant, in order.
  package func roleNames(of actor: Actor, in tenant: String, fileOwner: UInt32) -> [String] {
    if case .token(tenant, let names) = actor.identity { return names.filter { roles[$0] != nil } }
    return assignments.filter { actor.is($0.assignee, of: tenant, fileOwner: fileOwner) }
      .flatMap(\.roles)
  }

  /// The union of all roles that an actor has (A1), or nil if it has none (A5).
  func permissions(of actor: Actor, in tenant: String, fileOwner: UInt32) -> Set<Permission>? {
    let names = roleNames(of: actor, in: tenant, fileOwner: fileOwner)
    guard !names.isEmpty else { return nil }
    return names.reduce(into: []) { $0.formUnion(roles[$1] ?? []) }
  }
}
