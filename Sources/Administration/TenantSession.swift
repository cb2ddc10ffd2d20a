package import Authorization
package import Logging
internal import OperatingSystem
package import PluginContract
package import TenantCore

/// One tenant for somebody who passed the gate. Its use cases are extensions, a file each.
package struct TenantSession: Sendable {
  /// What let the actor in.
  package let permit: Permit
  /// Who has which roles in the tenant.
  package let policy: AccessPolicy
  /// What the use cases work with.
  package let ports: TenantPorts
  /// Where messages go.
  package let logger: Logger
  private let authorizer: Authorizer
  private let fileOwner: UInt32

  /// - Parameter fileOwner: the user id of who owns the tenant file.
  package init(
    permit: Permit, policy: AccessPolicy, fileOwner: UInt32, authorizer: Authorizer,
    ports: TenantPorts, logger: Logger
  ) {
    self.permit = permit
    self.policy = policy
    self.fileOwner = fileOwner
    self.authorizer = authorizer
    self.ports = ports
    self.logger = logger
  }

  /// The tenant.
  package var tenant: Tenant { permit.tenant }

  /// The tenant's local users and tokens.
  package var access: any AccessStoring { ports.access }

  /// Opens the tenant's store, on a thread that may wait.
  ///
  /// - Parameter writable: false: nothing is written, not even an empty file (S6).
  package func store(writable: Bool) async throws -> any TenantStoring {
    let (stores, permit) = (ports.stores, permit)
    return try await OwnThread.run { try stores.open(permit, writable: writable) }
  }

  /// The roles for a new token: those named, or all that the actor has; never more than that (A1).
  package func grant(_ roles: [String]) throws -> RoleGrant {
    try authorizer.grant(roles, permit: permit, policy: policy, fileOwner: fileOwner)
  }

  /// Who was refused in the tenant, the latest first.
  package func refusals(limit: Int? = nil) async throws -> [RefusalRecord] {
    let (refusals, name) = (ports.refusals, tenant.name)
    return try await OwnThread.run { try refusals.refusals(ofTenant: name, limit: limit) }
  }

  /// Does work that may use outside plugins; after it their processes are gone.
  package func withPlugins<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await ports.plugins.use(work)
  }

  /// The tenant's matcher; outside plugins are started.
  package func matcher() async throws -> any Matcher {
    let plugins = ports.plugins
    return try await OwnThread.run { try plugins.matcher() }
  }
}
