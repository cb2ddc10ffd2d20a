internal import Glibc
internal import Synchronization

/// One connection through a ``PostgresGate``: a thread passes on what the program says, another one what the server does.
///
/// See https://www.postgresql.org/docs/current/protocol-message-formats.html.
final class GatedConnection: Sendable {
  /// What is to be done with a statement.
  enum Order: Sendable {
    case pass
    case wait(until: @Sendable () -> Bool)
    case keepAnswers(of: PostgresGate.Statement, until: @Sendable () -> Bool)
  }

  let number: Int
  private let client: Int32
  private let server: Int32
  private let isKeeping = Mutex<(of: PostgresGate.Statement, until: @Sendable () -> Bool)?>(nil)
  /// Both threads use both sockets: the last one closes them.
  private let threads = Mutex(2)

  init(client: Int32, server: Int32, number: Int) {
    self.client = client
    self.server = server
    self.number = number
  }

  /// Passes on messages of the program until one of the two is gone.
  func passOnQuestions(_ judge: (String) -> Order) {
    guard passOnStart() else { return }
    while let head = UnixSocket.read(5, from: client) {
      guard let body = UnixSocket.read(Self.length(head[1...]) - 4, from: client) else { return }
      if let text = Self.statement(letter: head[0], body) {
        switch judge(text) {
        case .pass: break
        case .wait(let isOver): guard pause(until: isOver) else { return }
        case .keepAnswers(let statement, let isOver):
          isKeeping.withLock { $0 = (statement, isOver) }
        }
      }
      guard UnixSocket.write(head + body, to: server) else { return }
    }
  }

  /// Passes on the first messages, which have no letter: a question for encryption, which the server refuses on a
  /// socket of the file system, and the beginning.
  private func passOnStart() -> Bool {
    let questions = [80_877_103, 80_877_104]
    while let length = UnixSocket.read(4, from: client),
      let start = UnixSocket.read(Self.length(length[...]) - 4, from: client),
      UnixSocket.write(length + start, to: server)
    {
      if !questions.contains(Self.length(start[...])) { return true }
    }
    return false
  }

  /// Passes on what the server says until one of the two is gone.
  func passOnAnswers(_ note: (PostgresGate.Statement) -> Void) {
    while let part = UnixSocket.readSome(from: server) {
      if let keeping = isKeeping.withLock(\.self) {
        note(keeping.of)
        guard pause(until: keeping.until) else { return }
        isKeeping.withLock { $0 = nil }
      }
      guard UnixSocket.write(part, to: client) else { return }
    }
  }

  /// Ends both directions; called by each thread at its end.
  func end() {
    shutdown(client, Int32(SHUT_RDWR))
    shutdown(server, Int32(SHUT_RDWR))
    let isLast = threads.withLock { threads in
      threads -= 1
      return threads == 0
    }
    guard isLast else { return }
    close(client)
    close(server)
  }

  /// - Returns: false if one of the two is gone before it is over: then nothing more is passed on.
  private func pause(until isOver: () -> Bool) -> Bool {
    while true {
      let isLast = isOver()
      // A socket of the file system whose other end is closed says so without being asked.
      var ends = [client, server].map { pollfd(fd: $0, events: 0, revents: 0) }
      poll(&ends, 2, isLast ? 0 : 5)
      if ends.contains(where: { $0.revents != 0 }) { return false }
      if isLast { return true }
    }
  }

  private static func length(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }

  /// The SQL of a Query or a Parse; nil for other messages.
  private static func statement(letter: UInt8, _ body: [UInt8]) -> String? {
    let texts = body.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    switch letter {
    case UInt8(ascii: "Q"): return String(decoding: texts[0], as: UTF8.self)
    case UInt8(ascii: "P") where texts.count > 1: return String(decoding: texts[1], as: UTF8.self)
    default: return nil
    }
  }
}
