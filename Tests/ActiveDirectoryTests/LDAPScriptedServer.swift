import Foundation
import Glibc
import Logging
import Synchronization
import TenantCore

@testable import ActiveDirectory

/// A loopback server that answers LDAP requests as a test wants: for faults that no real server
/// makes on cue.
final class LDAPScriptedServer: Sendable {
  struct Request {
    var id: Int
    /// The tag of the operation: 0x60 bind, 0x63 search.
    var operation: UInt8
    /// How many searches came before, over all connections.
    var search: Int
    var connection: Int
    /// The cookie of the paged results control.
    var cookie: String
    /// Where a search looks; who binds.
    var base: String
    /// All that was sent, to look for words in.
    var text: String
  }

  enum Reply {
    case send([UInt8])
    case close
  }

  typealias Script = @Sendable (Request) -> [Reply]

  let port: Int
  private let listener: Int32
  private let searches = Mutex(0)
  private let connections = Mutex(0)
  private let script: Script
  private let binds: Script
  private let names = Mutex<[String]>([])

  /// Who bound, in order.
  var bound: [String] { names.withLock { $0 } }
  /// How many connections were made.
  var connected: Int { connections.withLock { $0 } }

  /// Starts to listen; binds are granted unless a script answers them, the other script answers
  /// searches.
  init(
    binds: @escaping Script = { [.send(LDAPMessages.bound($0.id))] }, _ script: @escaping Script
  ) throws {
    self.script = script
    self.binds = binds
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return Glibc.bind(listener, pointer, length) == 0 && listen(listener, 8) == 0
        && getsockname(listener, pointer, &length) == 0
    }
    guard isBound else { throw SystemFault(errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0, let server = self else { return }
        Thread.detachNewThread { server.serve(client) }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve(_ client: Int32) {
    defer { close(client) }
    let connection = connections.withLock { number in
      defer { number += 1 }
      return number
    }
    while let message = Self.readMessage(client) {
      guard let request = parse(message, connection) else { return }
      if request.operation == 0x60 { names.withLock { $0.append(request.base) } }
      for reply in request.operation == 0x60 ? binds(request) : script(request) {
        guard case .send(let bytes) = reply, Self.write(bytes, to: client) else { return }
      }
    }
  }

  private func parse(_ bytes: [UInt8], _ connection: Int) -> Request? {
    var outer = DERReader(bytes[...])
    guard var message = outer.next()?.reader, let id = message.next(),
      let operation = message.next()
    else { return nil }
    var request = Request(
      id: id.content.reduce(0) { $0 << 8 | Int($1) }, operation: operation.tag, search: 0,
      connection: connection, cookie: "", base: "", text: String(decoding: bytes, as: UTF8.self))
    var parameters = operation.reader
    guard operation.tag == 0x63 else {
      request.base = parameters.all().dropFirst().first?.text ?? ""
      return operation.tag == 0x60 ? request : nil
    }
    request.base = parameters.next()?.text ?? ""
    request.search = searches.withLock { number in
      defer { number += 1 }
      return number
    }
    if var controls = message.next()?.reader, var control = controls.next()?.reader,
      var value = control.all().last?.reader, var page = value.next()?.reader
    {
      request.cookie = page.all().last?.text ?? ""
    }
    return request
  }

  private static func readMessage(_ client: Int32) -> [UInt8]? {
    guard var bytes = read(2, from: client) else { return nil }
    var length = Int(bytes[1])
    if length >= 0x80 {
      guard let more = read(length & 0x7f, from: client) else { return nil }
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
        send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard length > 0 else { return false }
      rest = rest.dropFirst(length)
    }
    return true
  }

  /// A reader of this server, over plain text.
  func reader(
    units: [String] = [], others: [LDAPScriptedServer] = [], timeout: Duration = .seconds(5)
  ) -> LDAPDirectoryReader {
    let settings = LDAPSettings(
      hosts: .listed(["127.0.0.1"]), port: port, security: .plaintext,
      bind: .simple(user: "reader", password: .command(["printf", "secret"])),
      rootDN: "DC=acme,DC=example", organizationalUnits: units, timeout: timeout)
    return LDAPDirectoryReader(
      directory: Directory(domain: "ACME", source: .ldap(settings)), index: 0, settings: settings,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }
}
