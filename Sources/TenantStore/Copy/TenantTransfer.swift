internal import Administration
internal import Authorization
internal import TenantCore

/// Carries all that one tenant has from one place to another.
///
/// The source is read, and noted as moved, in one transaction that lets nobody else write; the target is written in
/// one, and read back before it ends. What breaks off before that leaves the target without the tenant and the source as
/// it was; between the two ends the tenant is in both places, and the source may still be written.
struct TenantTransfer: Sendable {
  let source: TenantStore
  let target: TenantStore
  let places: (source: TenantBeside.Place, target: TenantBeside.Place)
  /// The places, for messages and for what is noted.
  let names: (source: String, target: String)
  let at: Timestamp
  let replacesMoved: Bool

  /// What was carried: rows by table, and the digest of all.
  struct Summary: Sendable {
    var tables: [(name: String, rows: Int)] = []
    var digest = ""
    /// What is left to do.
    var note: String?
  }

  private var tenant: String { source.tenant.name }

  func run() async throws -> Summary {
    let pipe = RowPipe()
    return try await withTaskCancellationHandler {
      async let written: Void = write(from: pipe)
      let summary: Summary
      do {
        summary = try await read(into: pipe)
      } catch {
        pipe.fail(error)
        // Whoever waits for the other side has its error, which is the same.
        _ = try? await written
        throw pipe.isWritten ? unmarked(error) : error
      }
      try await written
      return summary
    } onCancel: {
      pipe.fail(CancellationError())
    }
  }

  private func unmarked(_ error: any Error) -> StoreError {
    StoreError(
      .store,
      "tenant '\(tenant)' is whole in \(names.target) now, but \(names.source) could not note it: "
        + "\(Failure(error).message); see that nothing writes there any more", cause: error)
  }

  // MARK: - The side that reads

  private func read(into pipe: RowPipe) async throws -> Summary {
    try await source.write { [self] database in
      // It waits for the other side for as long as that takes.
      if database.isPostgres {
        try database.execute(all: "SET LOCAL idle_in_transaction_session_timeout = 0")
      }
      var digest = TenantDigest()
      var summary = Summary()
      for table in TenantTable.all {
        let count = try Self.send(table, of: database, &digest, into: pipe)
        summary.tables.append((table.name, count))
      }
      let beside = try TenantBeside(of: tenant, in: places.source, database)
      TenantBeside.tell(beside.access, &digest)
      summary.tables.append((TenantBeside.users.name, beside.access.localUsers.count))
      summary.tables.append((TenantBeside.tokens.name, beside.access.tokens.count))
      summary.tables.append(("audit", beside.audit.count))
      summary.digest = digest.finish()
      summary.note = try beside.keyNote(of: tenant, from: places.source, to: places.target)
      try pipe.send(.end(beside, digest: summary.digest))
      try pipe.waitUntilWritten()
      try note(summary.digest, in: database)
      return summary
    }
  }

  private func note(_ digest: String, in database: StoreDatabase) throws {
    let moved = MovedStore(destination: names.target, at: at, digest: digest)
    try moved.make(in: database, actor: source.permit.actor.userName)
    try record("to \(names.target), digest \(digest)", at: places.source, database)
  }

  private static let parcelRows = 512
  private static let parcelBytes = 1 << 20

  private static func send(
    _ table: TenantTable, of database: StoreDatabase, _ digest: inout TenantDigest,
    into pipe: RowPipe
  ) throws -> Int {
    digest.begin(table)
    var (count, bytes) = (0, 0)
    var rows: [RowImage] = []
    try table.forEachRow(of: database) { row in
      digest.add(row, of: table)
      count += 1
      bytes += row.bytes.count
      rows.append(row)
      guard rows.count == parcelRows || bytes > parcelBytes else { return }
      try pipe.send(.rows(rows))
      (rows, bytes) = ([], 0)
    }
    if !rows.isEmpty { try pipe.send(.rows(rows)) }
    try pipe.send(.endOfTable)
    return count
  }

  // MARK: - The side that writes

  private func write(from pipe: RowPipe) async throws {
    let before = try TenantBeside.files(of: tenant, in: places.target)
    do {
      try await target.engine.write(evenIfMoved: true) { [self] database in
        let isBack = try Self.refuseTenant(
          tenant, in: database, places.target, named: names.target, replacesMoved: replacesMoved)
        if isBack { try MovedStore.clear(database) }
        for table in TenantTable.all { try Self.receive(table, into: database, from: pipe) }
        guard case .end(let beside, let digest) = try pipe.receive() else {
          throw CancellationError()
        }
        try beside.write(of: tenant, to: places.target, database)
        try verify(beside, digest, database)
        try record("from \(names.source), digest \(digest)", at: places.target, database)
      }
      pipe.noteWritten()
    } catch {
      // What is in files is in no transaction.
      try? before?.put(back: tenant)
      pipe.fail(error)
      throw error
    }
  }

  /// Reads back what was written.
  private func verify(
    _ beside: TenantBeside, _ sent: String, _ database: StoreDatabase
  ) throws {
    var digest = TenantDigest()
    for table in TenantTable.all {
      digest.begin(table)
      try table.forEachRow(of: database) { digest.add($0, of: table) }
    }
    let written = try TenantBeside(of: tenant, in: places.target, database)
    TenantBeside.tell(written.access, &digest)
    guard digest.finish() == sent else {
      throw StoreError(
        .store,
        "what was read back of tenant '\(tenant)' in \(names.target) is not what was written; nothing was "
          + "changed, check the disk and the version of that store")
    }
    try beside.verify(against: written, tenant: tenant, destination: names.target)
  }

  private static func receive(
    _ table: TenantTable, into database: StoreDatabase, from pipe: RowPipe
  ) throws {
    let writer = try database.rowWriter(table.insert)
    while true {
      switch try pipe.receive() {
      case .rows(let rows): for row in rows { try writer.run(row) }
      case .endOfTable: return
      case .end: throw CancellationError()
      }
    }
  }

  /// Writes to the audit of a place that the tenant came or went.
  private func record(
    _ subject: String, at place: TenantBeside.Place, _ database: StoreDatabase
  ) throws {
    let actor = source.permit.actor
    let line = AuditLine(
      at: at, actor: actor.userName, userID: actor.userID, tenant: tenant,
      action: TenantSession.copyAction, outcome: .done, subject: subject)
    switch place {
    case .folder(let folder): try folder.auditLog.append([line])
    case .database: try AuditTable.append(line, database)
    }
  }

  // MARK: - What is there

  /// True if a store has anything of its tenant.
  static func holdsAnything(_ database: StoreDatabase) throws -> Bool {
    try TenantTable.all.contains { try database.first($0.anyRow) != nil }
  }

  /// Refuses a tenant that is there already.
  ///
  /// - Returns: true if what is left of one that moved away is there, and is to be replaced.
  @discardableResult
  static func refuseTenant(
    _ tenant: String, in database: StoreDatabase, _ place: TenantBeside.Place, named name: String,
    replacesMoved: Bool
  ) throws -> Bool {
    if let moved = try MovedStore(in: database) {
      if replacesMoved { return true }
      throw StoreError(
        .notAvailable,
        "\(name) still holds tenant '\(tenant)' as it was when it moved to \(moved.destination) at "
          + "\(moved.at)", remedy: .replaceMoved)
    }
    guard try !holdsAnything(database) else {
      throw StoreError(
        .notAvailable,
        "\(name) has a tenant '\(tenant)' already; nothing was copied, and what is there was left as it is"
      )
    }
    try TenantBeside.refuseAccess(of: tenant, in: place, database, destination: name)
    return false
  }
}
