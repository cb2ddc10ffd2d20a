internal import Dispatch
internal import Glibc
internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// The connections of this process to one PostgreSQL: a few, each used by one transaction at a time, on a thread of
/// that transaction's own.
///
/// A transaction begins with one message that sets the tenant, so that the database shows its rows alone (H2), and needs
/// nothing of the session, so that it works through a pooler that gives each transaction another connection (H3).
/// A connection that was lost is replaced when the next one is needed (H7).
package final class PostgresPool: Sendable {
  /// At most so many at once that write, that read, and that work for a thread which waits for them: with the one that
  /// listens and the one that renews leases, eight a host, and beside them those that read for long, as exports do.
  /// Runs, which write, keep no page from reading.
  private static let (mostWriting, mostReading, mostWaitedFor) = (3, 2, 1)
  /// How many may read for long at once unless somebody says otherwise.
  private static let mostLong = 8
  /// All that a host may have open.
  static let mostConnections = mostWriting + mostReading + mostWaitedFor + 2 + mostLong
  /// How long it is waited for a place among those that read for long.
  private static let patienceWithReaders = Duration.seconds(30)
  /// How long the outcome of a commit whose answer was lost is asked for.
  private static let patience = Duration.seconds(30)
  /// How long nobody else tries to connect after an attempt that was in vain: whoever waited for it, which may take
  /// seconds, is told the same at once (H7).
  private static let pause = Duration.milliseconds(250)

  /// Where the database is.
  let server: StoreServer
  private let applicationName: String
  private let kept = KeptSnapshots()
  private let idle = Mutex<[PostgresConnection]>([])
  /// The last attempt to connect that was in vain; nil if one was not since.
  private let failure = Mutex<(at: ContinuousClock.Instant, error: PostgresError)?>(nil)
  private let writing = ConnectionLimit(mostWriting)
  private let reading = ConnectionLimit(mostReading)
  private let waitedFor = DispatchSemaphore(value: mostWaitedFor)
  private let long: LongReaders
  /// Renews leases, however many others are at work.
  private let renewing = Mutex<PostgresConnection?>(nil)

  /// Connects to nothing yet.
  ///
  /// - Parameters:
  ///   - applicationName: the program's name, for whoever looks at the server's activity.
  ///   - mostLong: how many may read for long at once, as exports do.
  package init(_ server: StoreServer, applicationName: String, mostLong: Int? = nil) {
    self.server = server
    long = LongReaders(mostLong ?? Self.mostLong)
    self.applicationName = applicationName
  }

  /// Reads in one transaction, of one moment.
  func read<R: Sendable>(
    tenant: String, _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    try await reading.use {
      try await self.onThread { cancellation in
        let (connection, _) = try self.begin(Self.reading(tenant), cancellation)
        let value = try self.work(
          on: connection, cancellation, kept: (self.kept, tenant), body)
        try connection.send("COMMIT")
        self.give(connection)
        return value
      }
    }
  }

  /// Writes in one transaction, behind whoever writes into the tenant's store.
  ///
  /// - Parameters:
  ///   - lease: the lease under which is written; if another host has taken it over, nothing is.
  ///   - givesLeaseBack: true to give it back with the transaction.
  ///   - evenIfMoved: true to write into the store of a tenant that has moved away.
  func write<R: Sendable>(
    tenant: String, lease: LeaseToken?, givesLeaseBack: Bool = false, evenIfMoved: Bool = false,
    _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    let mark = LeaseToken.random().text
    let end = givesLeaseBack ? lease.map { "\(LeaseQuery.release($0)); COMMIT" } : nil
    return try await writing.use {
      try await self.onThread { cancellation in
        let (connection, claim) = try self.begin(
          "\(Self.writing(tenant)); \(LeaseRow.claim(mark: mark))", cancellation)
        let value = try self.work(on: connection, cancellation) { database in
          try LeaseRow.check(claim, tenant: tenant, lease: lease, evenIfMoved: evenIfMoved)
          return try body(database)
        }
        try self.commit(connection, end ?? "COMMIT", tenant: tenant, mark: mark)
        self.give(connection)
        return value
      }
    }
  }

  /// Writes in one transaction beside whoever writes into the tenant's store, and waits for none of them: into tables
  /// that no run writes, such as the audit's and the sessions', and for who takes a lease.
  func append<R: Sendable>(
    tenant: String, _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    // As short as reading, and a page waits for it.
    try await reading.use {
      try await self.onThread { try self.transact(Self.writing(tenant), $0, body) }
    }
  }

  /// Reads in one transaction; blocks, for a thread that may wait.
  func waitToRead<R>(tenant: String, _ body: (StoreDatabase) throws -> R) throws -> R {
    try waiting(Self.reading(tenant), body)
  }

  /// Writes as ``append(tenant:_:)`` does; blocks, for a thread that may wait.
  func waitToAppend<R>(tenant: String, _ body: (StoreDatabase) throws -> R) throws -> R {
    try waiting(Self.writing(tenant), body)
  }

  private func waiting<R>(_ first: String, _ body: (StoreDatabase) throws -> R) throws -> R {
    waitedFor.wait()
    defer { waitedFor.signal() }
    do {
      return try transact(first, Cancellation(), body)
    } catch {
      throw StoreError.wrapping(error, server: server)
    }
  }

  private func transact<R>(
    _ first: String, _ cancellation: Cancellation, _ body: (StoreDatabase) throws -> R
  ) throws -> R {
    let (connection, _) = try begin(first, cancellation)
    let value = try work(on: connection, cancellation, body)
    do {
      try connection.execute(all: "COMMIT")
    } catch let error as PostgresError where error.isConnectionLost {
      throw unknown(error)
    }
    give(connection)
    return value
  }

  /// Renews a lease; blocks, for a thread of the lease's own.
  func renew(_ token: LeaseToken, tenant: String, duration: Duration) throws -> LeaseState {
    try renewing.withLock { kept in
      let connection = try kept ?? connect(checksSchema: false)
      // After an error the next one connects anew.
      kept = nil
      try PostgresSchema.check(
        beginning: try connection.execute(all: Self.writing(tenant)), server)
      let transaction = PostgresTransaction(connection, Cancellation())
      let state = try LeaseQuery.renew(
        token, duration: duration, StoreDatabase(engine: .postgres(transaction)))
      try connection.execute(all: "COMMIT")
      kept = connection
      return state
    }
  }

  /// Asks whether the database answers.
  package func probe() async throws {
    _ = try await read(tenant: AccessOwner.installation) { try $0.integer("SELECT 1::bigint") }
  }

  /// Begins a transaction that reads, and goes on until the value is let go.
  func beginReading(tenant: String) async throws -> PostgresReading {
    guard await long.take(tenant, within: Self.patienceWithReaders) else {
      throw StoreError(
        .store,
        "too many exports of this host are under way; nothing was changed, try again in a moment",
        cause: TooManyReaders())
    }
    do {
      let connection = try await onThread { cancellation in
        try self.begin(Self.reading(tenant), cancellation).connection
      }
      return PostgresReading(self, connection, tenant: tenant)
    } catch {
      long.give(tenant)
      throw error
    }
  }

  /// Ends a transaction that ``beginReading(tenant:)`` began.
  func end(_ connection: PostgresConnection, tenant: String) {
    long.give(tenant)
    // Outside a thread of the pool: the answer is waited for.
    do throws(NoThread) {
      try OwnThread.start {
        if (try? connection.execute(all: "ROLLBACK")) != nil { self.give(connection) }
      }
    } catch {
      // The connection goes with its last reference, and the transaction with it.
    }
  }

  /// A connection for one thread that waits for notifications; it is not one of the pool's.
  func listener(_ channel: String) throws -> PostgresConnection {
    let connection = try connect()
    try connection.execute(all: "LISTEN \(channel)")
    return connection
  }

  /// Works on a transaction that has begun; rolls it back if that fails.
  private func work<R>(
    on connection: PostgresConnection, _ cancellation: Cancellation,
    kept: (snapshots: KeptSnapshots, tenant: String)? = nil, _ body: (StoreDatabase) throws -> R
  ) throws -> R {
    let transaction = PostgresTransaction(connection, cancellation, kept: kept)
    do {
      let value = try body(StoreDatabase(engine: .postgres(transaction)))
      try transaction.finish()
      return value
    } catch {
      // A request to cancel may arrive late, and would end what comes next.
      if !cancellation.isRaised, (try? connection.execute(all: "ROLLBACK")) != nil {
        give(connection)
      }
      throw error
    }
  }

  private func onThread<R: Sendable>(
    _ work: @escaping @Sendable (Cancellation) throws -> R
  ) async throws -> R {
    do {
      return try await OwnThread.run(work)
    } catch {
      throw StoreError.wrapping(error, server: server)
    }
  }

  /// A connection on which a transaction has begun, and the answer to the last statement of its beginning. One that lay
  /// idle may have been lost: then another one is made.
  private func begin(
    _ first: String, _ cancellation: Cancellation
  ) throws -> (connection: PostgresConnection, answer: PostgresResult?) {
    while let connection = idle.withLock({ $0.popLast() }) {
      do {
        return (connection, try begin(on: connection, first, cancellation))
      } catch let error as PostgresError where error.isConnectionLost {
        continue
      }
    }
    // What it begins with is checked.
    let connection = try connect(checksSchema: false)
    return (connection, try begin(on: connection, first, cancellation))
  }

  private func begin(
    on connection: PostgresConnection, _ first: String, _ cancellation: Cancellation
  ) throws -> PostgresResult? {
    let answer = try connection.execute(all: first, cancellation)
    // The connection goes with its last reference, and the transaction with it.
    try PostgresSchema.check(beginning: answer, server)
    return answer
  }

  private func connect(checksSchema: Bool = true) throws -> PostgresConnection {
    let last = failure.withLock(\.self)
    if let last, ContinuousClock.now - last.at < Self.pause { throw last.error }
    do {
      let connection = try PostgresConnection(server, applicationName: applicationName)
      if checksSchema { try PostgresSchema.check(connection, server) }
      failure.withLock { $0 = nil }
      return connection
    } catch let error as PostgresError where error.isConnectionLost {
      failure.withLock { $0 = (ContinuousClock.now, error) }
      throw error
    }
  }

  private func give(_ connection: PostgresConnection) {
    guard connection.isAlive else { return }
    idle.withLock { $0.append(connection) }
  }

  // MARK: - Commit

  /// Commits; if the connection is lost meanwhile, the mark that the transaction left says whether it was (H6).
  private func commit(
    _ connection: PostgresConnection, _ end: String, tenant: String, mark: String
  ) throws {
    do {
      try connection.execute(all: end)
    } catch let error as PostgresError where error.isConnectionLost {
      guard let isApplied = isApplied(tenant: tenant, mark: mark) else {
        throw unknown(error)
      }
      if !isApplied { throw error }
    }
  }

  /// What is said if nobody can say whether a transaction was applied.
  private func unknown(_ error: PostgresError) -> any Error {
    StoreError.wrapping(
      PostgresError(state: PostgresError.outcomeUnknown, message: error.message), server: server,
      outcome: "it is not known whether the last change was made; look before you repeat it")
  }

  /// Whether a transaction was applied; nil if nobody can say.
  private func isApplied(tenant: String, mark: String) -> Bool? {
    let end = ContinuousClock.now + Self.patience
    repeat {
      do {
        let connection = try connect()
        try connection.execute(all: Self.writing(tenant))
        let transaction = PostgresTransaction(connection, Cancellation())
        // The row is locked for as long as the transaction whose answer was lost may still be under way; if there was
        // none before, the row that it makes is waited for.
        try connection.execute(
          all: "INSERT INTO leases (version) VALUES (0) ON CONFLICT (tenant) DO NOTHING")
        let marks = try StoreDatabase(engine: .postgres(transaction)).text(
          "SELECT marks FROM leases FOR UPDATE")
        try connection.execute(all: "ROLLBACK")
        give(connection)
        return marks?.split(separator: " ").contains(mark[...]) ?? false
      } catch {
        usleep(200_000)
      }
    } while ContinuousClock.now < end
    return nil
  }

  // MARK: - Beginnings

  private static func reading(_ tenant: String) -> String {
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \(settings(tenant)), \(PostgresSchema.trouble)"
  }

  private static func writing(_ tenant: String) -> String {
    """
    BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \(settings(tenant)), \
    set_config('idle_in_transaction_session_timeout', '\(patienceWithHosts)', true), \
    \(PostgresSchema.trouble)
    """
  }

  /// In milliseconds: a host that is paused while it writes keeps the tenant's row from others for no longer than a lease.
  private static let patienceWithHosts = Int(Lease.duration / .milliseconds(1))

  /// What counts for this transaction only.
  private static func settings(_ tenant: String) -> String {
    let quoted = tenant.replacing("'", with: "''")
    return """
      SELECT set_config('search_path', '\(PostgresSchema.name), pg_temp', true), \
      set_config('tenantctl.tenant', '\(quoted)', true), set_config('jit', 'off', true)
      """
  }
}
