internal import Administration
internal import Authorization
internal import TenantCore

/// Carries all that one tenant has from one place to another.
///
/// The source is read, and noted as moved, in one transaction that lets nobody else write; the target is written in
/// one, and read back before it ends. What breaks off before that leaves the target without the tenant and the source as
/// it was; between the two ends the tenant is in both places, and the source may still be written: ``end()`` goes on
/// from there. What changes beside the store meanwhile is taken along afterwards (``Latecomers``).
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

  var tenant: String { source.tenant.name }

  func run() async throws -> Summary {
    let pipe = RowPipe()
    var (summary, beside) = try await withTaskCancellationHandler {
      async let written: Void = write(from: pipe)
      let result: (Summary, TenantBeside)
      do {
        result = try await read(into: pipe)
      } catch {
        pipe.fail(error)
        // Whoever waits for the other side has its error, which is the same.
        _ = try? await written
        throw pipe.isWritten ? unmarked(error) : error
      }
      try await written
      return result
    } onCancel: {
      pipe.fail(CancellationError())
    }
    await takeAlong(whatIsNotIn: beside, &summary)
    return summary
  }

  private func unmarked(_ error: any Error) -> StoreError {
    StoreError(
      .store,
      "tenant '\(tenant)' is whole in \(names.target) now, but \(names.source) could not note it: "
        + "\(Failure(error).message); see that nothing writes there any more", cause: error)
  }

  // MARK: - The side that reads

  private func read(into pipe: RowPipe) async throws -> (Summary, TenantBeside) {
    try await source.write { [self] database in
      try Self.wait(in: database)
      let (summary, beside) = try tell(database, places.source) { table, digest in
        try Self.send(table, of: database, &digest, into: pipe)
      }
      try pipe.send(.end(beside, digest: summary.digest))
      try pipe.waitUntilWritten()
      try note(summary.digest, in: database)
      return (summary, beside)
    }
  }

  /// The transaction waits for the other side for as long as that takes.
  static func wait(in database: StoreDatabase) throws {
    guard database.isPostgres else { return }
    try database.execute(all: "SET LOCAL idle_in_transaction_session_timeout = 0")
  }

  /// Tells all that a store holds, and what is beside it.
  ///
  /// - Parameter rows: tells the rows of a table, and gives their number.
  func tell(
    _ database: StoreDatabase, _ place: TenantBeside.Place,
    rows: (TenantTable, inout TenantDigest) throws -> Int
  ) throws -> (Summary, TenantBeside) {
    var digest = TenantDigest()
    var summary = Summary()
    for table in TenantTable.all {
      summary.tables.append((table.name, try rows(table, &digest)))
    }
    let beside = try TenantBeside(of: tenant, in: place, database)
    TenantBeside.tell(beside.access, &digest)
    summary.tables.append((TenantBeside.users.name, beside.access.localUsers.count))
    summary.tables.append((TenantBeside.tokens.name, beside.access.tokens.count))
    summary.tables.append(("audit", beside.audit.count))
    summary.digest = digest.finish()
    summary.note = try beside.keyNote(of: tenant, from: places.source, to: places.target)
    return (summary, beside)
  }

  /// Notes at the source that the tenant has moved.
  func note(_ digest: String, in database: StoreDatabase) throws {
    let moved = MovedStore(destination: names.target, at: at, digest: digest)
    try moved.make(in: database, actor: source.permit.actor.userName)
    try record(departure(digest), at: places.source, database)
  }

  /// What the audit of the source has of it.
  func departure(_ digest: String) -> AuditLine { line("to \(names.target), digest \(digest)") }

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
        switch try arrival(in: database) {
        case .there: throw there
        case .back: try MovedStore.clear(database)
        case .new: break
        }
        for table in TenantTable.all { try Self.receive(table, into: database, from: pipe) }
        guard case .end(let beside, let digest) = try pipe.receive() else {
          throw CancellationError()
        }
        try beside.write(of: tenant, to: places.target, database)
        try verify(beside, digest, database)
        try record(line("from \(names.source), digest \(digest)"), at: places.target, database)
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

  /// Writes to the audit of a place.
  private func record(
    _ line: AuditLine, at place: TenantBeside.Place, _ database: StoreDatabase
  ) throws {
    switch place {
    case .folder(let folder): try folder.auditLog.append([line])
    case .database: try AuditTable.append(line, database)
    }
  }

  /// That the tenant came or went.
  private func line(_ subject: String) -> AuditLine {
    let actor = source.permit.actor
    return AuditLine(
      at: at, actor: actor.userName, userID: actor.userID, tenant: tenant,
      action: TenantSession.copyAction, outcome: .done, subject: subject)
  }
}
