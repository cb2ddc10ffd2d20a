internal import Administration
internal import Glibc
internal import OperatingSystem
internal import Synchronization

/// Hears by `LISTEN` of what other hosts do (https://www.postgresql.org/docs/current/sql-notify.html), on a connection and
/// a thread of its own.
///
/// Through a pooler that gives each transaction another connection nothing is ever heard, and the hosts find out what
/// others did when they look by themselves.
package struct PostgresNews: HostNews {
  /// How long it is waited before the next attempt to connect, at the least and at the most.
  private static let (shortest, longest) = (Duration.seconds(1), Duration.seconds(30))
  /// How long one wait for the server's words is.
  private static let turn = Duration.seconds(10)

  private let pool: PostgresPool

  /// Connects to nothing yet.
  package init(_ pool: PostgresPool) { self.pool = pool }

  package func changedTenants() -> AsyncStream<String> {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    let cancellation = Cancellation()
    continuation.onTermination = { _ in cancellation.raise() }
    do throws(NoThread) {
      try OwnThread.start { [pool] in
        Self.listen(pool, continuation, cancellation)
        continuation.finish()
      }
    } catch {
      continuation.finish()
    }
    return stream
  }

  private static func listen(
    _ pool: PostgresPool, _ continuation: AsyncStream<String>.Continuation,
    _ cancellation: Cancellation
  ) {
    var pause = shortest
    while !cancellation.isRaised {
      do {
        let connection = try pool.listener(LeaseQuery.channel)
        pause = shortest
        while true {
          // Several changes of one tenant are one piece of news.
          for tenant in Set(try connection.notifications(within: turn, cancellation)) {
            continuation.yield(tenant)
          }
        }
      } catch {
        // A lost connection: what was said meanwhile is found out at the next look.
        try? cancellation.sleep(pause)
        pause = min(pause * 2, longest)
      }
    }
  }
}
