internal import Foundation
internal import Glibc
internal import Synchronization

/// Stands between a program and PostgreSQL's socket, and stops at a statement that a test chooses: the server has had all
/// that was said before, and nothing after. Whoever is killed meanwhile leaves the server at exactly this place.
///
/// ``PostgresRelay`` counts; this one stops.
package final class PostgresGate: Sendable {
  /// A statement that a program sends.
  package struct Statement: Sendable {
    /// How many came before, over all connections, since ``arm(_:)``.
    package let number: Int
    /// Which connection it came on, in the order in which they were made.
    package let connection: Int
    /// The SQL.
    package let text: String
  }

  /// What is done at a statement.
  package enum Verdict: Sendable {
    case pass
    /// The server does not get it.
    case stopBefore
    /// The server gets it, and the program gets no answer.
    case stopAfter
  }

  package typealias Rule = @Sendable (Statement) -> Verdict

  private struct State {
    var rule: Rule = { _ in .pass }
    /// Counts up whenever the rule changes: what was stopped by an earlier one goes on.
    var round = 0
    var stopped: Statement?
    var seen: [Statement] = []
    var connections = 0
  }

  private let folder: TemporaryFolder
  private let target: String
  private let listener: Int32
  private let state = Mutex(State())

  /// Begins to listen; everything passes.
  ///
  /// - Parameter cluster: where what passes goes.
  package init(_ cluster: PostgresCluster) throws {
    folder = try TemporaryFolder()
    let name = ".s.PGSQL.\(try cluster.value("PORT"))"
    target = "\(try cluster.value("SOCKET"))/\(name)"
    let listener = try UnixSocket.listen(at: folder.path(name))
    self.listener = listener
    Thread.detachNewThread { [weak self] in
      defer { close(listener) }
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        guard let gate = self else {
          close(client)
          return
        }
        gate.serve(client)
      }
    }
  }

  deinit { refuse() }

  /// The folder of its socket, for a URL.
  package var socket: String { String(folder.path("").dropLast()) }

  /// Asks a rule of each statement from now on, until it stops one. What an earlier rule has stopped goes on.
  package func arm(_ rule: @escaping Rule = { _ in .pass }) {
    state.withLock {
      $0.rule = rule
      $0.round += 1
      $0.stopped = nil
      $0.seen = []
    }
  }

  /// Refuses connections from now on, as a host does on which no server runs: a program then tries the next one of its
  /// URL. One that takes a connection and closes it is no such host to libpq.
  package func refuse() { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The statements that came since ``arm(_:)``, in order.
  package var statements: [Statement] { state.withLock(\.seen) }

  /// Waits until a statement is stopped, and returns it. If it is to be stopped after the server had it, the server
  /// has begun to answer it.
  package func stopped() async throws -> Statement {
    try await wait("a statement that the gate stops") { state.withLock(\.stopped) }
  }

  // MARK: - Connections

  private func serve(_ client: Int32) {
    guard let server = UnixSocket.connect(to: target) else {
      close(client)
      return
    }
    let number = state.withLock { state in
      defer { state.connections += 1 }
      return state.connections
    }
    let connection = GatedConnection(client: client, server: server, number: number)
    Thread.detachNewThread { [self] in
      connection.passOnQuestions { judge($0, on: connection) }
      connection.end()
    }
    Thread.detachNewThread { [self] in
      connection.passOnAnswers { note($0) }
      connection.end()
    }
  }

  private func judge(_ text: String, on connection: GatedConnection) -> GatedConnection.Order {
    state.withLock { state in
      let statement = Statement(
        number: state.seen.count, connection: connection.number, text: text)
      state.seen.append(statement)
      let verdict = state.stopped == nil ? state.rule(statement) : .pass
      guard verdict != .pass else { return .pass }
      let round = state.round
      let isOver: @Sendable () -> Bool = { [weak self] in
        self?.state.withLock { $0.round != round } ?? true
      }
      if verdict == .stopAfter { return .keepAnswers(of: statement, until: isOver) }
      state.stopped = statement
      return .wait(until: isOver)
    }
  }

  /// An answer is there that is to be kept.
  private func note(_ statement: Statement) { state.withLock { $0.stopped = statement } }
}
