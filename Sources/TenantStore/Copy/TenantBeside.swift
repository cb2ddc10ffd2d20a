internal import Administration
internal import Authorization
internal import PluginContract
internal import TenantCore

/// What a tenant has beside its store: who may sign in, what the audit tells of it, and which key signs its reviews.
///
/// In a state folder these are files, in a database tables.
struct TenantBeside: Sendable {
  /// Where a store is, and what lies beside it.
  enum Place: Sendable {
    case folder(StateFolder)
    case database
  }

  var access: AccessContent
  /// The earliest first.
  var audit: [AuditLine]
  /// Of the secret, which itself is never copied; nil if there is none.
  var keyDigest: [UInt8]?

  // MARK: - Reading

  /// Reads what is beside a tenant's store; in a database within the transaction.
  init(of tenant: String, in place: Place, _ database: StoreDatabase) throws {
    switch place {
    case .folder(let folder):
      access = try Self.file(of: tenant, in: folder).read()
      audit = try folder.auditLog.lines(ofTenant: tenant)
      keyDigest = try ReviewKeyFile(ofTenant: tenant, in: folder).secret().map(Sodium.sha256)
    case .database:
      access = try AccessTables.content(database, .tenant(tenant))
      audit = try AuditTable.lines(database, ofTenant: tenant)
      keyDigest = try SharedReviewKey.find(database)
    }
  }

  /// The same once the store is noted as moved: whoever was still changing a file, and had not seen the note, is done.
  init(settled tenant: String, in place: Place, _ database: StoreDatabase) throws {
    if case .folder(let folder) = place { try Self.file(of: tenant, in: folder).awaitEditors() }
    try self.init(of: tenant, in: place, database)
  }

  private static func file(of tenant: String, in folder: StateFolder) throws -> AccessFile {
    guard let file = AccessFile(of: tenant, in: folder) else {
      throw AccessOwner.tenant(tenant).refusal
    }
    return file
  }

  /// Tells who may sign in, after the tables of the store.
  static func tell(_ access: AccessContent, _ digest: inout TenantDigest) {
    digest.begin(users)
    for user in access.localUsers.sorted(by: { $0.name < $1.name }) {
      digest.add(
        RowImage(
          .text(user.name), .text(user.passwordHash), .text(user.setAt.description),
          .text(user.setBy)), of: users)
    }
    digest.begin(tokens)
    for token in access.tokens.sorted(by: { $0.name < $1.name }) {
      digest.add(
        RowImage(
          .text(token.name), .blob(token.digest ?? []), .text(token.roles.joined(separator: "\n")),
          .text(token.createdAt.description), .text(token.createdBy),
          .text(token.expiresAt.description)), of: tokens)
    }
  }

  static let users = TenantTable(
    "local_users", key: "name",
    columns: ("name", .text), ("password_hash", .text), ("set_at", .text), ("set_by", .text))
  static let tokens = TenantTable(
    "access_tokens", key: "name",
    columns: ("name", .text), ("digest", .blob), ("roles", .text), ("created_at", .text),
    ("created_by", .text), ("expires_at", .text))

  /// The tables of a database in which it is, and those that are of the moment and stay where they are.
  static let tables = ["local_users", "access_tokens", "audit", "review_keys"]
  static let passing = [
    "sessions", "sign_in_attempts", "service_secrets", "run_previews", "turns", "tenant_files",
  ]

  // MARK: - Writing

  /// Who may sign in as a folder's file has it before a copy.
  struct Files: Sendable {
    fileprivate let folder: StateFolder
    fileprivate let access: AccessContent

    /// Writes it again if it is not so any more.
    func put(back tenant: String) throws {
      let file = try TenantBeside.file(of: tenant, in: folder)
      if try file.read() != access { try file.edit({ $0 = access }, willReplace: {}) }
    }
  }

  /// What has to be put back if a copy fails; nil where all is in one transaction.
  static func files(of tenant: String, in place: Place) throws -> Files? {
    guard case .folder(let folder) = place else { return nil }
    return Files(folder: folder, access: try file(of: tenant, in: folder).read())
  }

  /// Writes it beside a tenant's store. What the audit there has already is not written again.
  func write(of tenant: String, to place: Place, _ database: StoreDatabase) throws {
    switch place {
    case .folder(let folder):
      let (file, access) = (try Self.file(of: tenant, in: folder), access)
      if try file.read() != access { try file.edit({ $0 = access }, willReplace: {}) }
      try folder.auditLog.append(lines(missingIn: folder.auditLog.lines(ofTenant: tenant)))
    case .database:
      let there = try AccessTables.content(database, .tenant(tenant))
      try AccessTables.write(access, over: there, database)
      try AuditTable.append(
        lines(missingIn: AuditTable.lines(database, ofTenant: tenant)), database)
      if let keyDigest { try SharedReviewKey.note(keyDigest, database) }
    }
  }

  /// The lines that others lack: of equal ones as many as there are more.
  func lines(missingIn others: [AuditLine]) throws -> [AuditLine] {
    var counts: [String: Int] = [:]
    for line in others { counts[try JSONText.encode(line), default: 0] += 1 }
    return try audit.filter { line in
      let text = try JSONText.encode(line)
      let count = counts[text, default: 0]
      counts[text] = count - 1
      return count <= 0
    }
  }

  /// Refuses a place that lets people of the tenant sign in already.
  static func refuseAccess(
    of tenant: String, in place: Place, _ database: StoreDatabase, destination: String
  ) throws {
    let access =
      switch place {
      case .folder(let folder): try file(of: tenant, in: folder).read()
      case .database: try AccessTables.content(database, .tenant(tenant))
      }
    guard access != AccessContent(tenant: tenant) else { return }
    throw StoreError(
      .notAvailable,
      "\(destination) has local users or tokens of tenant '\(tenant)' already; nothing was copied, remove "
        + "them there first")
  }

  /// Throws if the audit lacks a line of these. Who may sign in is part of the digest.
  func verify(against written: TenantBeside, tenant: String, destination: String) throws {
    guard try lines(missingIn: written.audit).isEmpty else {
      throw StoreError(
        .store, "the audit of \(destination) lacks lines of tenant '\(tenant)'; nothing was changed"
      )
    }
  }

  /// What a host needs of the key that signs the reviews; nil if nothing is left to do.
  func keyNote(of tenant: String, from source: Place, to target: Place) throws -> String? {
    guard let keyDigest else { return nil }
    if case .folder(let folder) = target {
      let there = try ReviewKeyFile(ofTenant: tenant, in: folder).secret().map(Sodium.sha256)
      guard there != keyDigest else { return nil }
      return
        "reviews are signed with a key that was not copied: put it at '\(folder.keyPath(of: tenant))'"
    }
    guard case .folder(let folder) = source else { return nil }
    return
      "reviews are signed with a key that was not copied: each host needs '\(folder.keyPath(of: tenant))' in "
      + "its own state folder"
  }
}
