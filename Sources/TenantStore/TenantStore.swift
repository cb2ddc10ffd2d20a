internal import Administration
internal import Authorization
internal import OperatingSystem
internal import TenantCore

/// The store of one tenant, in either engine.
///
/// What it does is in extensions, a folder for each port. No thread of the shared pool ever waits for a disk or a
/// server.
final class TenantStore: TenantStoring {
  /// Whose store it is.
  let permit: Permit
  /// How many threads may work on what is stored at once.
  let partitions: Int
  /// The users of the tenant's users file, if it has one.
  let keptUsers = FileUsers()
  let engine: any StoreEngine

  init(permit: Permit, engine: any StoreEngine, partitions: Int) {
    self.permit = permit
    self.engine = engine
    self.partitions = partitions
  }

  var tenant: Tenant { permit.tenant }

  /// Takes the tenant's lock; that of a store opened for reading is none.
  func lock() async throws -> any RunLock { try await engine.lock() }

  /// Runs `body` under the tenant's lock, so that no run decides on users that change meanwhile;
  /// a lock that this store holds already is enough.
  func locked<R>(_ body: () async throws -> R) async throws -> R {
    if engine.isLocked { return try await body() }
    let lock = try await lock()
    return try await lock.whileHeld(body)
  }

  /// Reads in one transaction.
  func read<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws -> R
  {
    try await engine.read(body)
  }

  /// Writes in one transaction: all of it or nothing (T4).
  func write<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws -> R
  {
    try await engine.write(evenIfMoved: false, body)
  }
}
