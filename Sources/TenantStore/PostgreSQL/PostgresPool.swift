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
  /// Where the database is.
  let server: StoreServer
  private let connections: KeptConnections
  private let kept = KeptSnapshots()
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
    connections = KeptConnections(server, applicationName: applicationName)
  }

  /// Reads in one transaction, of one moment.
  func read<R: Sendable>(
    tenant: String, _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    try await reading.use {
      try await self.onThread { cancellation in
        let (connection, _) = try self.connections.begin(
          PostgresBeginning.reading(tenant), cancellation)
        let value = try self.work(
          on: connection, cancellation, kept: (self.kept, tenant), body)
        try connection.send("COMMIT")
        self.connections.give(connection)
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
        let (connection, claim) = try self.connections.begin(
          "\(PostgresBeginning.writing(tenant)); \(LeaseRow.claim(mark: mark))", cancellation)
        let value = try self.work(on: connection, cancellation) { database in
          try LeaseRow.check(claim, tenant: tenant, lease: lease, evenIfMoved: evenIfMoved)
          return try body(database)
        }
        try self.commit(connection, end ?? "COMMIT", tenant: tenant, mark: mark)
        self.connections.give(connection)
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
      try await self.onThread { try self.transact(PostgresBeginning.writing(tenant), $0, body) }
    }
  }

  /// Reads in one transaction; blocks, for a thread that may wait.
  func waitToRead<R>(tenant: String, _ body: (StoreDatabase) throws -> R) throws -> R {
    try waiting(PostgresBeginning.reading(tenant), body)
  }

  /// Writes as ``append(tenant:_:)`` does; blocks, for a thread that may wait.
  func waitToAppend<R>(tenant: String, _ body: (StoreDatabase) throws -> R) throws -> R {
    try waiting(PostgresBeginning.writing(tenant), body)
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
    let (connection, _) = try connections.begin(first, cancellation)
    let value = try work(on: connection, cancellation, body)
    do {
      try connection.execute(all: "COMMIT")
    } catch let error as PostgresError where error.isConnectionLost {
      throw unknown(error)
    }
    connections.give(connection)
    return value
  }

  /// Renews a lease; blocks, for a thread of the lease's own.
  func renew(_ token: LeaseToken, tenant: String, duration: Duration) throws -> LeaseState {
    try renewing.withLock { kept in
      let connection = try kept ?? connections.connect(checksSchema: false)
      // After an error the next one connects anew.
      kept = nil
      try PostgresSchema.check(
        beginning: try connection.execute(all: PostgresBeginning.writing(tenant)), server)
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
        try self.connections.begin(PostgresBeginning.reading(tenant), cancellation).connection
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
        if (try? connection.execute(all: "ROLLBACK")) != nil { self.connections.give(connection) }
      }
    } catch {
      // The connection goes with its last reference, and the transaction with it.
    }
  }

  /// A connection for one thread that waits for notifications; it is not one of the pool's.
  func listener(_ channel: String) throws -> PostgresConnection {
    let connection = try connections.connect()
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
        connections.give(connection)
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
        let connection = try connections.connect()
        try connection.execute(all: PostgresBeginning.writing(tenant))
        let transaction = PostgresTransaction(connection, Cancellation())
        // The row is locked for as long as the transaction whose answer was lost may still be under way; if there was
        // none before, the row that it makes is waited for.
        try connection.execute(
          all: "INSERT INTO leases (version) VALUES (0) ON CONFLICT (tenant) DO NOTHING")
        let marks = try StoreDatabase(engine: .postgres(transaction)).text(
          "SELECT marks FROM leases FOR UPDATE")
        try connection.execute(all: "ROLLBACK")
        connections.give(connection)
        return marks?.split(separator: " ").contains(mark[...]) ?? false
      } catch {
        usleep(200_000)
      }
    } while ContinuousClock.now < end
    return nil
  }
}
