package import Authorization
internal import OperatingSystem
package import TenantCore

/// By what an operator signs in, for an actor with a permit.
package struct OperatorAccess: Sendable {
  /// The operator's name.
  package let name: String
  /// The tenants whose files name the operator, in order.
  package let tenants: [String]
  private let store: any OperatorStoring

  init(_ permit: OperatorPermit, tenants: [String], store: any OperatorStoring) {
    name = permit.name
    self.tenants = tenants
    self.store = store
  }

  /// Adds the operator, or gives one another password.
  ///
  /// - Parameter isReplacing: false: an operator who is there already is an error.
  package func setPassword(_ password: Password, isReplacing: Bool) async throws {
    try await store.setPassword(password, isReplacing: isReplacing, at: .now())
  }

  /// Removes the operator, with the operator's tokens.
  package func remove() async throws { try await store.remove(at: .now()) }

  /// Makes a token, which may do what the operator may.
  ///
  /// - Parameter seconds: how long it is valid from now on.
  /// - Returns: its secret, which nobody can be told again, and when it ends.
  package func createToken(
    _ name: String, seconds: Int64
  ) async throws -> (secret: String, end: Timestamp) {
    let now = Timestamp.now()
    let end = Timestamp(secondsSince1970: now.secondsSince1970 + seconds)
    return (try await store.createToken(name, expiresAt: end, at: now), end)
  }

  /// Ends a token at once.
  package func revokeToken(_ name: String) async throws {
    try await store.revokeToken(name, at: .now())
  }
}

extension TenantRegistry {
  /// Checks whether the actor may say by what an operator signs in, or refuses.
  ///
  /// A file that is broken is in force for nobody: whoever repairs it decides whether it names the
  /// operator as the operator then is.
  package func operatorAccess(_ name: String, action: String) async throws -> OperatorAccess {
    try await OwnThread.run {
      let tenants = try allFiles().compactMap { entry in
        (try? entry.file.get()).map {
          GuardedTenant(tenant: $0.tenant, policy: $0.access, fileOwner: $0.owner)
        }
      }
      let permit = try authorizer().permit(operator: name, tenants: tenants, action: action)
      let naming = tenants.filter { $0.policy.names(operator: name) }.map(\.tenant.name)
      return OperatorAccess(permit, tenants: naming, store: operators(permit))
    }
  }
}
