import Glibc
import Harness

/// A server on loopback that takes connections and never answers.
final class SilentServer: Sendable {
  /// Where it listens.
  let port: UInt16
  private let descriptor: CInt

  /// Nil if the system gives no port.
  init?() {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = descriptor
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 8) == 0
          && getsockname(socket, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard isListening else { return nil }
  }

  /// Waits until somebody has connected, for as long as a busy machine may need.
  func waitForConnection() async throws {
    try await wait("a connection") {
      var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&watched, 1, 0) == 1 ? true : nil
    }
  }

  deinit { close(descriptor) }
}
