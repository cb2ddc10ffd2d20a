package import Authorization
internal import Crypto
package import Logging
internal import OperatingSystem
package import PluginContract
internal import Synchronization
package import TenantCore

/// One tenant, for an actor with a permit. Its use cases are extensions, a file each.
package struct TenantSession: Sendable {
  /// What let the actor in.
  package let permit: Permit
  /// Who has which roles in the tenant.
  package let policy: AccessPolicy
  /// What the use cases work with.
  let ports: TenantPorts
  /// Where messages go.
  package let logger: Logger
  /// What checked the permissions.
  let authorizer: Authorizer
  private let kept = KeptStore()
  /// The user id of who owns the tenant file.
  let fileOwner: UInt32
  /// The tenant file as it was read.
  let fileText: String
  /// The same as other hosts are told of it.
  let usedFile: UsedTenantFile

  /// - Parameters:
  ///   - fileOwner: the user id of who owns the tenant file.
  ///   - fileText: the tenant file as it was read.
  ///   - filePath: where it is.
  package init(
    permit: Permit, policy: AccessPolicy, fileOwner: UInt32, fileText: String, filePath: String,
    authorizer: Authorizer, ports: TenantPorts, logger: Logger
  ) {
    self.permit = permit
    self.policy = policy
    self.fileOwner = fileOwner
    self.fileText = fileText
    usedFile = UsedTenantFile(
      digest: Hex.text(SHA256.hash(data: Array(fileText.utf8))), path: filePath)
    self.authorizer = authorizer
    self.ports = ports
    self.logger = logger
  }

  /// The tenant.
  package var tenant: Tenant { permit.tenant }

  /// The store for looking things up: opened when it is first wanted, and kept as long as the session
  /// is, so that what belongs together is read from one connection.
  func storeForReading() async throws -> any TenantStoring {
    if let store = kept.store.withLock(\.self) { return store }
    let store = try await store(writable: false)
    return kept.store.withLock { kept in
      let first = kept ?? store
      kept = first
      return first
    }
  }

  /// Opens the tenant's store, on a thread that may wait.
  ///
  /// - Parameter writable: false: nothing is written, not even an empty file (S6).
  func store(writable: Bool) async throws -> any TenantStoring {
    let (stores, permit) = (ports.stores, permit)
    let store = try await OwnThread.run { try stores.open(permit, writable: writable) }
    // Before, there may have been none to look things up in.
    if writable { kept.store.withLock { $0 = nil } }
    return store
  }

  /// Who was refused in the tenant, the latest first.
  package func refusals(
    fitting filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) async throws -> [RefusalRecord] {
    guard !filter.isOfChanges else { return [] }
    let (refusals, name) = (ports.refusals, tenant.name)
    return try await OwnThread.run {
      try refusals.refusals(ofTenant: name, fitting: filter, limit: limit)
    }
  }

  /// Who came, left, took data away, or changed who may sign in; the latest first.
  package func events(
    fitting filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) async throws -> [AuditEvent] {
    guard !filter.isOfChanges else { return [] }
    let (events, name) = (ports.events, tenant.name)
    return try await OwnThread.run {
      try events.events(ofTenant: name, fitting: filter, limit: limit)
    }
  }

  /// Writes to the installation's audit that data of the tenant is taken away. Where nothing can be written, on a full
  /// or read-only disk, it is given all the same, and the log says so.
  ///
  /// - Parameter what: in a few words.
  package func recordExport(_ what: String, at moment: Timestamp = .now()) async {
    let events = ports.events
    let event = AuditEvent(
      at: moment, actor: permit.actor.userName, userID: permit.actor.userID, tenant: tenant.name,
      action: AuditEvent.Action.export.rawValue, subject: what)
    do {
      try await OwnThread.run { try events.record(event) }
    } catch {
      logger.error("an export could not be recorded: \(error)")
    }
  }

  /// Does work that may use outside plugins; after it their processes are gone.
  package func withPlugins<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await ports.plugins.use(work)
  }

  /// An exporter by the name of its format; an outside one is started when it is first used.
  package func exporter(named name: String) throws -> ExporterPlugin {
    try ports.plugins.exporter(named: name)
  }

  /// The tenant's matcher; outside plugins are started.
  package func matcher() async throws -> any Matcher {
    let plugins = ports.plugins
    return try await OwnThread.run { try plugins.matcher() }
  }
}

/// A store that stays open.
private final class KeptStore: Sendable {
  let store = Mutex<(any TenantStoring)?>(nil)
}
