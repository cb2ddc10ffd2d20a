import Administration
import Foundation
import Glibc
import Synchronization

/// A TCP relay on a loopback address: each connection is led to a server of the test's choice, may
/// be cut, and its bytes are kept.
final class Relay: Sendable {
  /// Where connections are led to.
  struct Target: Sendable {
    var address: String
    var port: Int
    /// Ends the connection once so many bytes came from the server; nil leaves it.
    var cutAfter: Int?
  }

  /// Where it listens.
  let port: Int
  private let listener: Int32
  private let targets: [Target]
  private let seen = Mutex((connections: 0, bytes: [UInt8]()))

  /// All bytes of all connections, in both directions.
  var bytes: [UInt8] { seen.withLock { $0.bytes } }
  /// How many connections were made.
  var connections: Int { seen.withLock { $0.connections } }

  /// Starts to listen.
  ///
  /// - Parameter targets: of the first connection, the second and so on; the last one is for all
  ///   that follow. Empty: connections are taken and left alone.
  init(on address: String, to targets: [Target], port wanted: Int = 0) throws {
    self.targets = targets
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var place = Self.address(address, wanted)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutableBytes(of: &place) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return bind(listener, pointer, length) == 0 && listen(listener, 8) == 0
        && getsockname(listener, pointer, &length) == 0
    }
    guard isListening else { throw POSIXError(.EADDRINUSE) }
    port = Int(UInt16(bigEndian: place.sin_port))
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0, let relay = self else { return }
        relay.serve(client)
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func address(_ text: String, _ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    return address
  }

  private func serve(_ client: Int32) {
    let number = seen.withLock { seen in
      defer { seen.connections += 1 }
      return seen.connections
    }
    guard !targets.isEmpty else { return }
    let target = targets[min(number, targets.count - 1)]
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = Self.address(target.address, target.port)
    let isConnected = withUnsafeBytes(of: &place) { bytes in
      connect(
        server, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
        socklen_t(bytes.count)) == 0
    }
    guard isConnected else {
      close(client)
      close(server)
      return
    }
    // Each direction has descriptors of its own: one that closed the other's would let it shut down a
    // later connection, which has got the same numbers.
    let (ownClient, ownServer) = (dup(client), dup(server))
    Thread.detachNewThread { [self] in copy(ownClient, to: ownServer, limit: nil) }
    Thread.detachNewThread { [self] in copy(server, to: client, limit: target.cutAfter) }
  }

  /// Both directions end together, whichever ends first; the descriptors are closed.
  private func copy(_ source: Int32, to sink: Int32, limit: Int?) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    while limit.map({ count < $0 }) ?? true {
      let length = read(source, &buffer, buffer.count)
      guard length > 0 else { break }
      seen.withLock { $0.bytes += buffer.prefix(length) }
      guard send(sink, buffer, length, Int32(MSG_NOSIGNAL)) == length else { break }
      count += length
    }
    shutdown(source, Int32(SHUT_RDWR))
    shutdown(sink, Int32(SHUT_RDWR))
    close(source)
    close(sink)
  }
}

extension [UInt8] {
  /// True if the bytes hold this text as it is.
  func holds(_ text: String) -> Bool { Data(self).range(of: Data(text.utf8)) != nil }
}
