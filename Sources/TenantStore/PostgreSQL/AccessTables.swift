internal import Administration
internal import PluginContract
internal import TenantCore

/// Users and tokens in a PostgreSQL, a row each. Those of the operators are in no tenant's name.
struct AccessTables: AccessEditing {
  /// What strangers make the program ask leaves a connection that reads to others.
  static let asking = ConcurrencyLimit(running: 1, queued: 1024, rejection: AccessFile.tooBusy)
  /// As many bytes as an access file may have.
  private static let maximumBytes = AccessFile.maximumBytes

  private let pool: PostgresPool

  init(_ pool: PostgresPool) { self.pool = pool }

  func passwordHash(of name: String, _ owner: AccessOwner) async throws -> String? {
    guard let place = owner.place, AccessContent.isName(name) else { return nil }
    let hash = try await Self.asking.run {
      try await pool.read(tenant: place) {
        try $0.text("SELECT password_hash FROM local_users WHERE name = ?", RowImage(.text(name)))
      }
    }
    // Another one may ask for all memory.
    guard hash.map(Sodium.isPasswordHash) ?? true else { throw Self.damaged(owner) }
    return hash
  }

  func token(
    _ digest: [UInt8], _ owner: AccessOwner, at moment: Timestamp
  ) async throws -> KeptToken? {
    guard let place = owner.place else { return nil }
    return try await Self.asking.run {
      try await pool.read(tenant: place) { database in
        let row = try database.first(
          """
          SELECT name, roles, expires_at, operator FROM access_tokens WHERE digest = ?
            AND (operator IS NULL OR operator IN (SELECT name FROM local_users))
          """, RowImage(.blob(digest)))
        guard let row, moment < (try row.moment(2)) else { return nil }
        return KeptToken(
          name: row.text(0) ?? "", roles: try JSONText.decode([String].self, row.text(1) ?? ""),
          expiresAt: try row.moment(2), operatorName: row.text(3))
      }
    }
  }

  func tenant(
    ofToken digest: [UInt8], among tenants: [String], at moment: Timestamp
  ) async throws -> String? {
    let names = try JSONText.encode(tenants.filter { AccessOwner.tenant($0).place != nil })
    return try await Self.asking.run {
      try await pool.read(tenant: AccessOwner.installation) {
        try $0.text(
          "SELECT tenant_of_token(?, ?, ?)",
          RowImage(.blob(digest), .text(names), .text(moment.description)))
      }
    }
  }

  func content(_ owner: AccessOwner) async throws -> AccessContent {
    guard let place = owner.place else { throw owner.refusal }
    return try await pool.read(tenant: place) { try Self.content($0, owner) }
  }

  func edit(
    _ owner: AccessOwner, _ record: AccessChange,
    _ change: @escaping @Sendable (inout AccessContent) throws -> Void
  ) async throws {
    guard let place = owner.place else { throw owner.refusal }
    try await pool.write(tenant: place, lease: nil) { database in
      let old = try Self.content(database, owner)
      var new = old
      try change(&new)
      guard try new.bytes().count <= Self.maximumBytes else {
        throw StoreError(
          .store,
          "the users and tokens of \(owner) would take more than 1 MiB; nothing was changed, remove "
            + "users or revoke tokens that nobody needs")
      }
      try Self.write(new, over: old, database)
      try AuditTable.append(AuditLine(record), database)
    }
  }

  // MARK: - Rows

  static func content(
    _ database: StoreDatabase, _ owner: AccessOwner
  ) throws -> AccessContent {
    var content = AccessContent(tenant: owner.contentName)
    content.localUsers = try database.rows(
      "SELECT name, password_hash, set_at, set_by FROM local_users ORDER BY name"
    ).map { row in
      AccessContent.User(
        name: row.text(0) ?? "", passwordHash: row.text(1) ?? "", setAt: try row.moment(2),
        setBy: row.text(3) ?? "")
    }
    content.tokens = try database.rows(
      """
      SELECT name, digest, roles, created_at, created_by, expires_at, operator FROM access_tokens
      ORDER BY name
      """
    ).map { row in
      AccessContent.Token(
        name: row.text(0) ?? "", sha256: Hex.text(row.slice(1) ?? []),
        roles: try JSONText.decode([String].self, row.text(2) ?? ""), createdAt: try row.moment(3),
        createdBy: row.text(4) ?? "", expiresAt: try row.moment(5), operator: row.text(6))
    }
    guard content.isSound else { throw damaged(owner) }
    return content
  }

  static func write(
    _ new: AccessContent, over old: AccessContent, _ database: StoreDatabase
  ) throws {
    for user in old.localUsers where !new.localUsers.contains(user) {
      try database.execute("DELETE FROM local_users WHERE name = ?", RowImage(.text(user.name)))
    }
    for token in old.tokens where !new.tokens.contains(token) {
      try database.execute("DELETE FROM access_tokens WHERE name = ?", RowImage(.text(token.name)))
    }
    for user in new.localUsers where !old.localUsers.contains(user) {
      try database.execute(
        "INSERT INTO local_users (name, password_hash, set_at, set_by) VALUES (?, ?, ?, ?)",
        RowImage(
          .text(user.name), .text(user.passwordHash), .text(user.setAt.description),
          .text(user.setBy)))
    }
    for token in new.tokens where !old.tokens.contains(token) {
      try database.execute(
        """
        INSERT INTO access_tokens (name, digest, roles, created_at, created_by, expires_at, operator)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        RowImage(
          .text(token.name), .blob(token.digest ?? []), .text(try JSONText.encode(token.roles)),
          .text(token.createdAt.description), .text(token.createdBy),
          .text(token.expiresAt.description), token.operator.map { .text($0) } ?? .null))
    }
  }

  private static func damaged(_ owner: AccessOwner) -> StoreError {
    StoreError(
      .store,
      "what the database holds of the users and tokens of \(owner) is damaged; restore it from a "
        + "backup, or remove them there and make them again")
  }
}

extension AccessOwner: CustomStringConvertible {
  /// What belongs to the installation and to no tenant is in this name, which no tenant can have.
  static let installation = "*"

  /// In whose name the rows are; nil for what cannot be a tenant's name.
  fileprivate var place: String? {
    switch self {
    case .tenant(let name): PlainName.isPlain(name) ? name : nil
    case .operators: Self.installation
    }
  }

  fileprivate var contentName: String {
    if case .tenant(let name) = self { name } else { AccessContent.operators }
  }

  var description: String {
    if case .tenant(let name) = self { "tenant '\(name)'" } else { "the operators" }
  }
}
