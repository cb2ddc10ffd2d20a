internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// The connections to one PostgreSQL that nobody uses at the moment, and how one is made. One that was lost is replaced
/// when the next one is needed (H7).
final class KeptConnections: Sendable {
  /// How long nobody else tries to connect after an attempt that was in vain: whoever waited for it, which may take
  /// seconds, is told the same at once (H7).
  private static let pause = Duration.milliseconds(250)

  private let server: StoreServer
  private let applicationName: String
  private let idle = Mutex<[PostgresConnection]>([])
  /// The last attempt to connect that was in vain; nil if one was not since.
  private let failure = Mutex<(at: ContinuousClock.Instant, error: PostgresError)?>(nil)

  /// Connects to nothing yet.
  init(_ server: StoreServer, applicationName: String) {
    self.server = server
    self.applicationName = applicationName
  }

  /// A connection on which a transaction has begun, and the answer to the last statement of its beginning. One that lay
  /// idle may have been lost: then another one is made.
  func begin(
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

  /// A new connection.
  func connect(checksSchema: Bool = true) throws -> PostgresConnection {
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

  /// Takes back a connection whose transaction has ended.
  func give(_ connection: PostgresConnection) {
    guard connection.isAlive else { return }
    idle.withLock { $0.append(connection) }
  }
}
