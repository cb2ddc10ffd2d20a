public import Authorization
internal import GRDB
internal import TenantCore

/// The stores of all tenants, in one state folder.
///
/// Journal mode. A store is in SQLite's WAL mode, so that reviews go on while a sync writes, and a
/// review sees one state from its first row to its last. The log and its index stand beside the
/// store while it is open and are gone when the last program closes it. A store opened for reading
/// changes no byte of the database: the connection takes no write transaction, and SQLite refuses
/// one. A store left by a killed program is repaired by whoever opens it next.
public struct TenantStores: TenantStoreOpening {
  /// The state folder.
  public let folder: StateFolder

  /// Takes a state folder; nothing is made or read yet.
  public init(_ folder: StateFolder) { self.folder = folder }

  /// Opens the store of the permit's tenant; makes it if it is writable and not there.
  ///
  /// - Throws: ``StoreError`` with code `store` for a folder that others may write, a damaged
  ///   store, or one that a newer version wrote.
  public func open(_ permit: Permit, writable: Bool) throws -> any TenantStoring {
    try openStore(permit, writable: writable)
  }

  func openStore(_ permit: Permit, writable: Bool) throws -> TenantStore {
    let path = folder.storePath(of: permit.tenant.name)
    try folder.check()
    let database: DatabaseQueue
    do {
      database = try writable ? openToWrite(path) : openToRead(path)
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
    return TenantStore(
      permit: permit, folder: folder, database: database, isWritable: writable)
  }

  private func openToWrite(_ path: String) throws -> DatabaseQueue {
    try folder.makeTenants()
    try PrivateFile.create(path)
    var configuration = Self.configuration
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
          PRAGMA journal_size_limit = 16777216
          """)
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { try Self.refuseNewer($0, path: path) }
    try Schema.migrator.migrate(queue)
    return queue
  }

  /// Opens what is there; a store that does not exist, or is older than this version, is an empty
  /// or migrated copy in memory.
  private func openToRead(_ path: String) throws -> DatabaseQueue {
    guard PrivateFile.exists(path) else {
      let queue = try DatabaseQueue(configuration: Self.configuration)
      try Schema.migrator.migrate(queue)
      return queue
    }
    let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
    let isCurrent = try queue.read { database in
      try Self.refuseNewer(database, path: path)
      return try Schema.migrator.hasCompletedMigrations(database)
    }
    if isCurrent { return queue }
    let copy = try DatabaseQueue(configuration: Self.configuration)
    try queue.backup(to: copy)
    try Schema.migrator.migrate(copy)
    return copy
  }

  private static func refuseNewer(_ database: Database, path: String) throws {
    guard try Schema.migrator.hasBeenSuperseded(database) else { return }
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
