import Glibc
import OperatingSystem

/// An address and port of a host, as text and as the system connects to it.
struct SocketAddress: Equatable, Sendable, CustomStringConvertible {
  /// Numeric, without port.
  let description: String
  /// True for 127.0.0.0/8 and ::1 (RFC 6890).
  let isLoopback: Bool
  /// The `sockaddr`, port included.
  private let bytes: [UInt8]

  /// The type of TCP's sockets, as C's functions take it.
  static let stream = Int32(SOCK_STREAM.rawValue)

  /// The addresses of a host, each once, in the order in which they are tried.
  ///
  /// - Throws: ``ResolveFault``.
  static func resolve(_ host: String, port: Int) throws -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = stream
    unsafe hints.ai_flags = Int32(AI_NUMERICSERV)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else {
      throw ResolveFault(words: unsafe String(cString: gai_strerror(code)))
    }
    defer { unsafe freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe SocketAddress(entry.pointee), !found.contains(address) {
        found.append(address)
      }
      unsafe next = unsafe entry.pointee.ai_next
    }
    return found
  }

  private init?(_ entry: addrinfo) {
    guard let address = unsafe entry.ai_addr else { return nil }
    let family = unsafe entry.ai_family
    guard family == AF_INET || family == AF_INET6 else { return nil }
    let length = unsafe entry.ai_addrlen
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      unsafe getnameinfo(
        address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    description = String(
      decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    isLoopback = family == AF_INET ? description.hasPrefix("127.") : description == "::1"
    bytes = unsafe Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
  }

  /// Begins to connect a socket that does not block; the socket is writable when it is connected.
  ///
  /// - Throws: ``SystemFailure`` if the system knows at once that it cannot be.
  func startConnecting() throws -> FileDescriptor {
    let family = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: sa_family_t.self) }
    let descriptor = try FileDescriptor(
      checking: socket(Int32(family), Self.stream | O_NONBLOCK | O_CLOEXEC, 0))
    let code = unsafe bytes.withUnsafeBytes { buffer in
      unsafe connect(
        descriptor.number, buffer.assumingMemoryBound(to: sockaddr.self).baseAddress,
        socklen_t(buffer.count))
    }
    guard code == 0 || errno == EINPROGRESS else { throw SystemFailure.last }
    return descriptor
  }
}

/// A host name without an address.
struct ResolveFault: Error {
  var words: String
}
