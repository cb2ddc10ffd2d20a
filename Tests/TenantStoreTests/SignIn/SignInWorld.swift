import Administration
import Harness
import Synchronization

@testable import TenantStore

/// What is kept of those who sign in: in memory or, in the run of the tests on PostgreSQL, in a database of a test's own.
struct SignInWorld {
  let sessions: any SessionKeeping
  let secret: any ServiceSecretKeeping
  /// Nil if it is in memory.
  let pool: PostgresPool?
  private let now = Clock()

  private final class Clock: Sendable {
    let elapsed = Mutex(Duration.zero)
  }

  init() throws {
    let now = now
    guard TestEngine.current != .sqlite else {
      pool = nil
      sessions = SessionsInMemory { now.elapsed.withLock(\.self) }
      secret = SecretInMemory()
      return
    }
    let pool = try Self.newDatabase()
    self.pool = pool
    sessions = SessionTable(pool)
    secret = ServiceSecretTable(pool)
  }

  /// A database of a test's own.
  static func newDatabase() throws -> PostgresPool {
    let cluster = try PostgresCluster()
    return PostgresPool(
      StoreServer(conninfo: try cluster.url(of: cluster.database()), passwordFile: nil),
      applicationName: "tests")
  }

  func attempts(mostKept: Int = SignInLimits.mostKept) -> any AttemptCounting {
    let now = now
    if let pool { return AttemptTable(pool, mostKept: mostKept) }
    return AttemptsInMemory(mostKept: mostKept) { now.elapsed.withLock(\.self) }
  }

  /// Lets time pass: in a database, all that is kept is made so much older.
  func pass(_ time: Duration) async throws {
    now.elapsed.withLock { $0 += time }
    guard let pool else { return }
    let age = "make_interval(secs => \(time.components.seconds))"
    for tenant in ["*", "acme", "globex"] {
      try await pool.append(tenant: tenant) { database in
        try database.execute(
          """
          UPDATE sessions SET began = began - \(age), last_used = last_used - \(age),
            checked = checked - \(age), unanswered = unanswered - \(age)
          """)
        try database.execute("UPDATE sign_in_attempts SET since = since - \(age)")
      }
    }
  }
}
