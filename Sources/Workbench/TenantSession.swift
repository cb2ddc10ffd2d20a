package import ActiveDirectory
package import Authorization
package import Logging
package import PluginContract
package import PluginHost
package import Reconciliation
internal import TenantConfig
package import TenantCore
package import TenantStore

/// One tenant, behind the gate.
package struct TenantSession: Sendable {
  /// What let the actor in.
  package let permit: Permit
  let stores: TenantStores
  /// Reads the tenant's directories.
  package let directories: ActiveDirectoryReader
  /// The installation's audit.
  package let refusals: AuditLog
  /// Where messages go.
  package let logger: Logger
  /// All plugins that the tenant file or a command can name.
  package let plugins: KnownPlugins
  /// The outside plugins' processes, for ``withPlugins(_:)``.
  package let run: PluginRun
  let file: TenantFile
  let authorizer: Authorizer

  /// The tenant.
  package var tenant: Tenant { permit.tenant }

  /// Opens the tenant's store.
  ///
  /// - Parameter writable: false: nothing is written, not even an empty file (S6).
  package func store(writable: Bool) throws -> any TenantStoring {
    try stores.open(permit, writable: writable)
  }

  /// The tenant's local users and tokens.
  package var access: any AccessStoring { AccessEditor(permit, in: stores.folder) }

  /// Who has which roles in the tenant.
  package var policy: AccessPolicy { file.access }

  /// The roles for a new token: those named, or all that the actor has; never more than that (A1).
  package func grant(_ roles: [String]) throws -> RoleGrant {
    try authorizer.grant(roles, permit: permit, policy: file.access, fileOwner: file.owner)
  }

  /// Tries every step to a directory, by its index in ``TenantCore/Tenant/directories``.
  package func testConnection(of directory: Int) async -> [ConnectionStep] {
    await directories.testConnection(of: directory, permit: permit)
  }

  /// Who was refused in the tenant, the latest first; reads a file, which takes a moment.
  package func refusals(limit: Int? = nil) throws -> [RefusalRecord] {
    try refusals.refusals(ofTenant: tenant.name, limit: limit)
  }

  /// Does work that may use outside plugins; after it their processes are gone.
  package func withPlugins<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await run.use(work)
  }

  /// The tenant's matcher; outside plugins are started.
  package func matcher() async throws -> any Matcher {
    try await OwnThread.run { try plugins.matcher(of: tenant, in: run) }
  }

  /// What runs and previews.
  ///
  /// - Parameter progress: is told how far a run is.
  package func reconciler(
    _ store: any TenantStoring, progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async throws -> Reconciler {
    Reconciler(
      permit: permit, directories: directories, store: store,
      matcher: try await matcher(), logger: logger, progress: progress)
  }
}
