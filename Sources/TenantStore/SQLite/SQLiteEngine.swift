internal import Administration
internal import GRDB
internal import OperatingSystem
internal import Synchronization

/// A tenant's store as one SQLite database, on a queue of its own.
final class SQLiteEngine: StoreEngine {
  let database: DatabaseQueue
  private let folder: StateFolder
  private let tenant: String
  private let actor: String
  private let isWritable: Bool
  private let lastLock = Mutex<WeakLock>(WeakLock())

  init(
    _ database: DatabaseQueue, folder: StateFolder, tenant: String, actor: String,
    isWritable: Bool
  ) {
    self.database = database
    self.folder = folder
    self.tenant = tenant
    self.actor = actor
    self.isWritable = isWritable
  }

  private var path: String { folder.storePath(of: tenant) }

  func lock() async throws -> any RunLock {
    guard isWritable else { return NoLock() }
    let (path, tenant, actor) = (folder.lockPath(of: tenant), tenant, actor)
    let lock = try await OwnThread.run {
      try FileLock(path: path, tenant: tenant, actor: actor)
    }
    lastLock.withLock { $0.lock = lock }
    return lock
  }

  var isLocked: Bool { lastLock.withLock { $0.lock }?.isHeld ?? false }

  func read<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws -> R
  {
    do {
      return try await database.read { try body(StoreDatabase(engine: .sqlite($0))) }
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
  }

  func write<R: Sendable>(
    evenIfMoved: Bool, _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    guard isWritable else {
      throw StoreError(.store, "store '\(path)' was opened for reading; nothing was written")
    }
    let tenant = tenant
    let mark = StoreMark(of: tenant, in: folder)
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
            result = try CancelledWrite.watch(database, cancellation) {
              let database = StoreDatabase(engine: .sqlite(database))
              if !evenIfMoved { try MovedStore.refuse(database, tenant: tenant) }
              return try body(database)
            }
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

  /// On a connection of its own.
  func beginReading() async throws -> any StoreReading {
    do {
      let connection = try readingConnection()
      try await connection.unsafeRead { database in
        if database.configuration.allowsUnsafeTransactions {
          try database.execute(sql: "BEGIN DEFERRED")
        }
      }
      return SQLiteReading(connection: connection, path: path)
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
  }

  private func readingConnection() throws -> DatabaseQueue {
    // A store in memory has this one connection, and nobody who writes.
    guard database.path != ":memory:" else { return database }
    var configuration = TenantStores.configuration
    configuration.allowsUnsafeTransactions = true
    // Each row is read once: pages that were passed are of no more use, and there may be many readers.
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA query_only = ON; PRAGMA cache_size = -\(Self.streamCacheKiB)")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private static let streamCacheKiB = 4096

  private struct WeakLock {
    weak var lock: FileLock?
  }

  private struct SQLiteReading: StoreReading {
    let connection: DatabaseQueue
    let path: String

    func read<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws
      -> R
    {
      do {
        return try await connection.unsafeRead { try body(StoreDatabase(engine: .sqlite($0))) }
      } catch {
        throw StoreError.wrapping(error, path: path)
      }
    }
  }
}
