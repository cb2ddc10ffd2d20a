internal import Administration
internal import Authorization
internal import HTTPTypes
internal import Logging
internal import TenantCore

/// What all requests share.
struct ServiceParts: Sendable {
  /// The tenants, as their last good files describe them.
  let files: TenantFiles
  /// What runs, and what is asked to run.
  let scheduler: Scheduler
  /// How far the runs are that somebody asked for.
  let progress = RunProgressBoard()
  /// What runs would do that somebody asks for first.
  let previews: RunPreviews
  /// What long tables are searched by.
  let tables: TenantTables
  /// The most downloads at once; each holds a connection to a store. Slow ones of one tenant leave room for
  /// those of others.
  let downloads = DownloadLimit(limit: 64, ofTenant: 8)
  /// How the tenants stood that were looked at.
  let standings = StandingCache()
  /// The most overviews at once; each opens the stores of many tenants, one after the other.
  let overviews = ConcurrencyLimit(
    running: 2, queued: 64,
    rejection: WebFailure(
      .serviceUnavailable, "too many overviews are being made; try again in a moment"))
  /// The service's clock.
  let clock: ServiceClock
  /// Where messages go.
  let logger: Logger

  /// The tenants that any of some actors may administer, at a glance; what is wrong with one spoils no
  /// other.
  func overview(as actors: [Actor]) async throws -> [TenantGlance] {
    let found = actors.compactMap(files.overview)
    guard let registry = found.last?.registry else { return [] }
    var seen: Set<String> = []
    let entries = found.flatMap(\.entries).filter { seen.insert($0.name).inserted }
    guard !entries.isEmpty else { return [] }
    let now = clock.date()
    return try await overviews.run {
      await registry.overview(of: entries, at: now, jobs: 2, standings: standings)
    }
  }

  /// Checks an actor's permissions for a tenant.
  ///
  /// - Throws: `PermissionRefused`, which is audited; ``WebFailure/notFound`` for a tenant that is not
  ///   there.
  func authorize(
    _ actor: Actor, tenant: String, action: String
  ) async throws -> AuthorizedTenant {
    guard let (file, registry) = files.tenant(tenant) else { throw WebFailure.notFound }
    return AuthorizedTenant(
      session: try await registry.session(file, action: action, as: actor), parts: self)
  }
}
