internal import GRDB
internal import TenantCore

/// The note in a tenant's store that the tenant has moved: from then on it is read, and not written.
///
/// It is made in the transaction that read all of the store, so that nothing can be written between.
struct MovedStore {
  /// Where it went, without a secret.
  let destination: String
  let at: Timestamp
  /// Of all that the store held, and the other holds.
  let digest: String

  init(destination: String, at: Timestamp, digest: String) {
    (self.destination, self.at, self.digest) = (destination, at, digest)
  }

  /// Reads the note; nil if there is none.
  init?(in database: StoreDatabase) throws {
    guard let row = try database.first("SELECT destination, at, digest FROM moved") else {
      return nil
    }
    destination = row.text(0) ?? ""
    at = try row.moment(1)
    digest = row.text(2) ?? ""
  }

  /// Writes the note. In PostgreSQL each transaction that writes locks the tenant's lease, and so has what it says.
  func make(in database: StoreDatabase, actor: String) throws {
    try database.execute(
      "INSERT INTO moved (id, at, destination, digest, actor) VALUES (?, ?, ?, ?, ?)",
      RowImage(
        .integer(0), .text(at.description), .text(destination), .text(digest), .text(actor)))
    guard database.isPostgres else { return }
    try database.execute(
      "UPDATE leases SET moved_to = ?, token = NULL, expires = NULL", RowImage(.text(destination)))
  }

  /// Refuses to write if there is a note.
  static func refuse(_ database: StoreDatabase, tenant: String) throws {
    guard let place = try database.text("SELECT destination FROM moved") else { return }
    throw refusal(tenant: tenant, place: place)
  }

  /// Refuses to change what lies beside a store in a folder if there is a note in the store. A store that cannot be read
  /// is none of its business.
  static func refuse(tenant: String, in folder: StateFolder) throws {
    let path = folder.storePath(of: tenant)
    guard PrivateFile.exists(path) else { return }
    var configuration = TenantStores.configuration
    configuration.readonly = true
    let place = try? DatabaseQueue(path: path, configuration: configuration).read {
      database -> String? in
      try database.tableExists("moved")
        ? String.fetchOne(database, sql: "SELECT destination FROM moved") : nil
    }
    if let place { throw refusal(tenant: tenant, place: place) }
  }

  /// Why nothing is written.
  static func refusal(tenant: String, place: String) -> StoreError {
    StoreError(
      .store,
      "tenant '\(tenant)' has moved to \(place), and what is left here is not changed any more; use the "
        + "store there")
  }

  /// Removes what is left of a tenant that moved away, and the note.
  static func clear(_ database: StoreDatabase) throws {
    guard try MovedStore(in: database) != nil else { return }
    let beside = database.isPostgres ? TenantBeside.tables + TenantBeside.passing : []
    for name in beside + TenantTable.all.reversed().map(\.name) {
      try database.execute("DELETE FROM \(name)")
    }
    try database.execute("DELETE FROM moved")
    guard database.isPostgres else { return }
    try database.execute("UPDATE leases SET moved_to = NULL, token = NULL, expires = NULL")
  }
}
