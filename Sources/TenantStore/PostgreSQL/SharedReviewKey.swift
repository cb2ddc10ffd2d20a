internal import Administration
package import Authorization
internal import TenantCore

/// The secret with which a tenant's reviews are signed, where hosts share a database: each host's own file, brought there as
/// other secrets are, and in the database its digest alone.
///
/// Whoever can write the database could sign what they changed if the secret lay beside it. The digest sees to it that no
/// host signs without the key, or with another one.
package struct SharedReviewKey: ReviewKeyStoring {
  private let file: ReviewKeyFile
  private let tenant: String
  private let pool: PostgresPool

  /// Names the key of the permit's tenant; nothing is opened.
  package init(_ permit: Permit, in state: StateFolder, _ pool: PostgresPool) {
    file = ReviewKeyFile(permit, in: state)
    tenant = permit.tenant.name
    self.pool = pool
  }

  package func secret() throws -> [UInt8]? {
    guard let secret = try file.secret() else {
      guard try known() == nil else {
        throw StoreError(
          .store,
          "the key with which the reviews of tenant '\(tenant)' are signed is not on this host; copy "
            + "'\(file.path)' from the host where it was made, with its owner and mode")
      }
      return nil
    }
    guard try note(secret) else {
      throw StoreError(
        .store,
        "'\(file.path)' is not the key with which the reviews of tenant '\(tenant)' are signed at other "
          + "hosts; copy the file from one of them")
    }
    return secret
  }

  package func keep(_ secret: [UInt8]) throws {
    try file.keep(secret)
    guard try note(secret) else {
      try file.remove()
      throw StoreError(
        .store,
        "another host made a key for the reviews of tenant '\(tenant)' at the same time; copy "
          + "'\(file.path)' from there")
    }
  }

  /// The digest of the secret that counts; nil if no host has one.
  private func known() throws -> [UInt8]? {
    try pool.waitToRead(tenant: tenant, Self.find)
  }

  /// Notes a secret unless another one counts.
  ///
  /// - Returns: true if it is the one that counts.
  private func note(_ secret: [UInt8]) throws -> Bool {
    let digest = Sodium.sha256(secret)
    if let known = try known() { return known == digest }
    return try pool.waitToAppend(tenant: tenant) { database in
      try Self.note(digest, database)
      return try Self.find(database) == digest
    }
  }

  /// Notes the digest of the secret that counts from now on, unless there is one.
  static func note(_ digest: [UInt8], _ database: StoreDatabase) throws {
    try database.execute(
      "INSERT INTO review_keys (digest) VALUES (?) ON CONFLICT DO NOTHING",
      RowImage(.blob(digest)))
  }

  static func find(_ database: StoreDatabase) throws -> [UInt8]? {
    try database.first("SELECT digest FROM review_keys").flatMap { $0.slice(0).map(Array.init) }
  }
}
