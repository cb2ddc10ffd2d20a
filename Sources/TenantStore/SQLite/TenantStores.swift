package import Administration
package import Authorization
internal import Foundation
internal import GRDB
internal import TenantCore

/// The stores of all tenants, in one state folder.
///
/// Journal mode. A store is in SQLite's WAL mode, so that reviews go on while a sync writes, and a
/// review sees one state from its first row to its last. The log and its index stand beside the
/// store while it is open and are gone when the last program closes it. A store opened for reading
/// changes no byte of the database: the connection takes no write transaction, and SQLite refuses
/// one. A store left by a killed program is repaired by the next program that opens it. Where the index cannot be
/// made, on a full or read-only disk, a reader works with a copy in memory.
///
/// Each write is on the disk when it is said to be done: `synchronous` is FULL.
package struct TenantStores: TenantStoreOpening {
  /// The state folder.
  package let folder: StateFolder
  private let partitions: Int

  /// Takes a state folder; nothing is made or read yet.
  ///
  /// - Parameter partitions: how many threads may work on what is stored at once.
  package init(
    _ folder: StateFolder, partitions: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.folder = folder
    self.partitions = partitions
  }

  /// Opens the store of the permit's tenant; makes it if it is writable and not there.
  ///
  /// - Throws: ``StoreError`` with code `store` for a folder that others may write, a damaged
  ///   store, or one that a newer version wrote.
  package func open(_ permit: Permit, writable: Bool) throws -> any TenantStoring {
    try openStore(permit, writable: writable)
  }

  func openStore(_ permit: Permit, writable: Bool) throws -> TenantStore {
    let path = folder.storePath(of: permit.tenant.name)
    try folder.check()
    let mark = StoreMark(of: permit.tenant.name, in: folder)
    let database: DatabaseQueue
    do {
      let isThere = try isStore(path, mark)
      database = try writable ? openToWrite(path, mark) : openToRead(path, isThere: isThere)
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
    return TenantStore(
      permit: permit,
      engine: SQLiteEngine(
        database, folder: folder, tenant: permit.tenant.name, actor: permit.actor.userName,
        isWritable: writable),
      partitions: partitions)
  }

  /// False for a tenant that has no store yet.
  private func isStore(_ path: String, _ mark: StoreMark) throws -> Bool {
    switch try StoreFile(at: path) {
    case .store: return true
    case .empty: try mark.refuseToForget(store: path, that: "empty")
    case .missing: try mark.refuseToForget(store: path, that: "missing")
    }
    return false
  }

  private func openToWrite(_ path: String, _ mark: StoreMark) throws -> DatabaseQueue {
    try folder.makeTenants()
    try PrivateFile.create(path)
    var configuration = Self.configuration
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;
          PRAGMA journal_size_limit = 16777216
          """)
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { try Self.refuseNewer($0, path: path) }
    try SQLiteSchema.bring(queue)
    try queue.inDatabase(Self.claim)
    if try queue.read(SQLiteSchema.holdsAnything) { try mark.make() }
    return queue
  }

  /// Writes whose it is into the database of a version that did not.
  private static func claim(_ database: Database) throws {
    let id = try Int32.fetchOne(database, sql: "PRAGMA application_id")
    guard id != StoreFile.applicationID else { return }
    try database.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
  }

  /// Opens what is there; a store that does not exist, or is older than this version, is an empty
  /// or migrated copy in memory.
  private func openToRead(_ path: String, isThere: Bool) throws -> DatabaseQueue {
    guard isThere else {
      let queue = try DatabaseQueue(configuration: Self.configuration)
      try SQLiteSchema.bring(queue)
      return queue
    }
    let queue = try readable(path)
    let isCurrent = try queue.read { database in
      try Self.refuseNewer(database, path: path)
      return try SQLiteSchema.migrator.hasCompletedMigrations(database)
    }
    if isCurrent { return queue }
    let copy = try DatabaseQueue(configuration: Self.configuration)
    try queue.backup(to: copy)
    try SQLiteSchema.migrator.migrate(copy)
    return copy
  }

  private func readable(_ path: String) throws -> DatabaseQueue {
    do {
      let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
      // The first to read makes the log's index.
      _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
      return queue
    } catch let error as DatabaseError where UnwritableStore.isLikely(error) {
      guard let copy = UnwritableStore(path: path).copy() else { throw error }
      return copy
    }
  }

  private static func refuseNewer(_ database: Database, path: String) throws {
    guard try SQLiteSchema.migrator.hasBeenSuperseded(database) else { return }
    throw StoreError(
      .store, "store '\(path)' was written by a newer version of tenantctl; use that version")
  }

  static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "tenant-store"
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA cache_size = -\(cacheKiB); PRAGMA temp_store = MEMORY;
          PRAGMA cell_size_check = ON
          """)
    }
    return configuration
  }

  /// Pages kept in memory; enough for the indexes of 100,000 users, which are filled in no order.
  private static let cacheKiB = 65536
}
