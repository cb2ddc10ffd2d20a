import Foundation
import Glibc
import Synchronization

/// A loopback server that answers LDAP requests as a test wants: for faults that no real server
/// makes on cue. It speaks plain text; ``TLSFront`` stands before it for TLS.
package final class LDAPScriptedServer: Sendable {
  /// A request, as far as scripts look at it.
  package struct Request: Sendable {
    package var id: Int
    /// The tag of the operation: ``bind``, ``search``, ``extended``.
    package var operation: UInt8
    /// How many searches came before, over all connections.
    package var search: Int
    /// How many connections were made before its own.
    package var connection: Int
    /// The cookie of the paged results control.
    package var cookie: String
    /// Where a search looks; who binds.
    package var base: String
    /// All that was sent, to look for words in.
    package var text: String

    /// True for the question what the server calls itself, which no script is asked.
    fileprivate var isForName: Bool {
      operation == Self.search && base.isEmpty && text.contains("dsServiceName")
    }

    package static let bind: UInt8 = 0x60
    package static let unbind: UInt8 = 0x42
    package static let abandon: UInt8 = 0x50
    package static let search: UInt8 = 0x63
    package static let extended: UInt8 = 0x77
  }

  /// What is done upon a request, one after the other.
  package enum Reply: Sendable {
    case send([UInt8])
    case pause(Duration)
    /// Nothing is answered any more on this connection, whatever comes.
    case silence
    case close
  }

  package typealias Script = @Sendable (Request) -> [Reply]

  /// What the server does; it can be changed at any time.
  package struct Play: Sendable {
    package var binds: Script
    package var searches: Script
    /// StartTLS and others.
    package var extended: Script
    /// What the server calls itself on a connection, by its number; nil: it does not tell.
    package var name: @Sendable (Int) -> String? = { _ in nil }
    /// Connections are taken and left alone.
    package var isSilent = false

    /// Binds and StartTLS are granted unless a script answers them.
    package init(
      searches: @escaping Script = { [.send(LDAPMessages.done($0.id))] },
      binds: @escaping Script = { [.send(LDAPMessages.bound($0.id))] },
      extended: @escaping Script = { [.send(LDAPMessages.extended($0.id))] }
    ) {
      self.binds = binds
      self.searches = searches
      self.extended = extended
    }

    /// Takes connections and leaves them alone.
    package static var silent: Play {
      var play = Play()
      play.isSilent = true
      return play
    }

    fileprivate func script(of operation: UInt8) -> Script {
      switch operation {
      case Request.bind: binds
      case Request.extended: extended
      default: searches
      }
    }
  }

  /// Where it listens.
  package let port: Int
  private let listener: Int32
  private let play: Mutex<Play>
  private let counts = Mutex((searches: 0, connections: 0))
  private let closed = Mutex(0)
  private let names = Mutex<[String]>([])
  private let tags = Mutex<Set<UInt8>>([])

  /// Who bound, in order.
  package var bound: [String] { names.withLock { $0 } }
  /// How many connections were made.
  package var connected: Int { counts.withLock { $0.connections } }
  /// How many connections are over.
  package var left: Int { closed.withLock { $0 } }
  /// The tags of all operations that were ever received, answered or not (RFC 4511, section 4.2).
  package var received: Set<UInt8> { tags.withLock { $0 } }

  /// Starts to listen; binds are granted unless a script answers them, the other script answers
  /// searches.
  ///
  /// - Parameter name: what the server calls itself on a connection, by its number.
  package convenience init(
    name: @escaping @Sendable (Int) -> String? = { _ in nil },
    binds: @escaping Script = { [.send(LDAPMessages.bound($0.id))] }, _ script: @escaping Script
  ) throws {
    var play = Play(searches: script, binds: binds)
    play.name = name
    try self.init(play)
  }

  /// Starts to listen.
  ///
  /// - Parameter port: 0 leaves it to the system.
  package init(_ play: Play, on host: String = "127.0.0.1", port wanted: Int = 0) throws {
    self.play = Mutex(play)
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(wanted).bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return Glibc.bind(listener, pointer, length) == 0 && listen(listener, 64) == 0
        && getsockname(listener, pointer, &length) == 0
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [weak self] in
      defer { Glibc.close(listener) }
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0, let server = self else { return }
        Thread.detachNewThread { server.serve(client) }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// Does something else from now on; searches and connections are counted from 0 again.
  package func play(_ next: Play) {
    play.withLock { $0 = next }
    counts.withLock { $0 = (0, 0) }
    closed.withLock { $0 = 0 }
    names.withLock { $0 = [] }
  }

  private func serve(_ client: Int32) {
    defer {
      Glibc.close(client)
      closed.withLock { $0 += 1 }
    }
    let connection = counts.withLock { counts in
      defer { counts.connections += 1 }
      return counts.connections
    }
    guard !play.withLock({ $0.isSilent }) else { return Self.swallow(client) }
    while let message = Self.readMessage(client) {
      guard let request = parse(message, connection) else { return }
      if request.operation == Request.bind { names.withLock { $0.append(request.base) } }
      let play = play.withLock { $0 }
      if request.isForName {
        let name = play.name(connection).map { [("dsServiceName", [Array($0.utf8)])] } ?? []
        let answer = LDAPMessages.entry(request.id, "", name) + LDAPMessages.done(request.id)
        guard Self.write(answer, to: client) else { return }
        continue
      }
      let script = play.script(of: request.operation)
      for reply in script(request) {
        switch reply {
        case .send(let bytes): guard Self.write(bytes, to: client) else { return }
        case .pause(let pause): usleep(UInt32(pause / .microseconds(1)))
        case .silence: return Self.swallow(client)
        case .close: return
        }
      }
    }
  }

  /// Reads until the other end closes.
  private static func swallow(_ client: Int32) {
    while let part = read(1, from: client), !part.isEmpty {}
  }

  private func parse(_ bytes: [UInt8], _ connection: Int) -> Request? {
    var outer = BERReader(bytes[...])
    guard var message = outer.next()?.reader, let id = message.next(),
      let operation = message.next()
    else { return nil }
    tags.withLock { _ = $0.insert(operation.tag) }
    var request = Request(
      id: id.number, operation: operation.tag, search: 0, connection: connection, cookie: "",
      base: "", text: String(decoding: bytes, as: UTF8.self))
    var parameters = operation.reader
    switch operation.tag {
    case Request.bind: request.base = parameters.all().dropFirst().first?.text ?? ""
    case Request.extended: break
    case Request.search:
      request.base = parameters.next()?.text ?? ""
      guard !request.isForName else { return request }
      request.search = counts.withLock { counts in
        defer { counts.searches += 1 }
        return counts.searches
      }
      if var controls = message.next()?.reader, var control = controls.next()?.reader,
        var value = control.all().last?.reader, var page = value.next()?.reader
      {
        request.cookie = page.all().last?.text ?? ""
      }
    default: return nil
    }
    return request
  }

  private static func readMessage(_ client: Int32) -> [UInt8]? {
    guard var bytes = read(2, from: client) else { return nil }
    var length = Int(bytes[1])
    if length >= 0x80 {
      guard let more = read(length & 0x7f, from: client), more.count <= 4 else { return nil }
      bytes += more
      length = more.reduce(0) { $0 << 8 | Int($1) }
    }
    return read(length, from: client).map { bytes + $0 }
  }

  private static func read(_ count: Int, from client: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var part = [UInt8](repeating: 0, count: count - bytes.count)
      let length = Glibc.read(client, &part, part.count)
      guard length > 0 else { return nil }
      bytes += part.prefix(length)
    }
    return bytes
  }

  private static func write(_ bytes: [UInt8], to client: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = rest.withUnsafeBytes {
        Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard length > 0 else { return false }
      rest = rest.dropFirst(length)
    }
    return true
  }
}
