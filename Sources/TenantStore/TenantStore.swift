internal import Administration
internal import Authorization
internal import GRDB
internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// The store of one tenant: one SQLite database on a queue of its own, so that no thread of the
/// shared pool ever waits for a disk.
///
/// What it does is in extensions, a folder for each port.
final class TenantStore: TenantStoring {
  /// Whose store it is.
  let permit: Permit
  let database: DatabaseQueue
  /// How many threads may work on what is stored at once.
  let partitions: Int
  /// The users of the tenant's users file, if it has one.
  let keptUsers = FileUsers()
  private let folder: StateFolder
  private let isWritable: Bool
  private let lastLock = Mutex<WeakLock>(WeakLock())

  init(
    permit: Permit, folder: StateFolder, database: DatabaseQueue, partitions: Int, isWritable: Bool
  ) {
    self.permit = permit
    self.partitions = partitions
    self.folder = folder
    self.database = database
    self.isWritable = isWritable
  }

  var tenant: Tenant { permit.tenant }

  /// The database's path, for messages and for further connections.
  var path: String { folder.storePath(of: tenant.name) }

  /// Takes the tenant's lock; that of a store opened for reading is none.
  func lock() async throws -> any RunLock {
    guard isWritable else { return NoLock() }
    let (path, tenant) = (folder.lockPath(of: tenant.name), tenant.name)
    let actor = permit.actor.userName
    let lock = try await OwnThread.run {
      try FileLock(path: path, tenant: tenant, actor: actor)
    }
    lastLock.withLock { $0.lock = lock }
    return lock
  }

  /// Runs `body` under the tenant's lock, so that no run decides on users that change meanwhile;
  /// a lock that this store holds already is enough.
  func locked<R>(_ body: () async throws -> R) async throws -> R {
    if let lock = lastLock.withLock({ $0.lock }), lock.isHeld { return try await body() }
    let lock = try await lock()
    defer { lock.release() }
    return try await body()
  }

  /// Reads in one transaction.
  func read<R: Sendable>(_ body: @Sendable (Database) throws -> R) async throws -> R {
    do {
      return try await database.read(body)
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
  }

  /// Writes in one transaction: all of it or nothing (T4).
  func write<R: Sendable>(_ body: @Sendable (Database) throws -> R) async throws -> R {
    guard isWritable else {
      throw StoreError(.store, "store '\(path)' was opened for reading; nothing was written")
    }
    let mark = StoreMark(of: tenant.name, in: folder)
    if !mark.isMade { try await OwnThread.run { try mark.make() } }
    let cancellation = Cancellation()
    do {
      return try await withTaskCancellationHandler {
        try await database.writeWithoutTransaction { database in
          // GRDB 7.10 leaves a connection read-only if a read is cancelled at the very moment when it
          // makes it so.
          try database.execute(sql: "PRAGMA query_only = 0")
          var result: R?
          try database.inTransaction {
            result = try CancelledWrite.watch(database, cancellation) { try body(database) }
            return .commit
          }
          guard let result else { throw CancellationError() }
          return result
        }
      } onCancel: {
        cancellation.raise()
      }
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
  }

  private struct WeakLock {
    weak var lock: FileLock?
  }
}
