import Glibc

/// An address of a host, as text and as what may be sent to it in plain text.
struct SocketAddress: Equatable, CustomStringConvertible {
  /// Numeric, without port.
  let description: String
  /// True for 127.0.0.0/8 and ::1 (RFC 6890).
  let isLoopback: Bool

  /// The type of TCP's sockets, as C's functions take it.
  static let stream = Int32(SOCK_STREAM.rawValue)

  /// The addresses of a host, in the order in which they are tried.
  ///
  /// - Throws: ``ResolveFault``.
  static func resolve(_ host: String) throws -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = stream
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else {
      throw ResolveFault(words: unsafe String(cString: gai_strerror(code)))
    }
    defer { unsafe freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe SocketAddress(entry.pointee.ai_addr), !found.contains(address) {
        found.append(address)
      }
      unsafe next = unsafe entry.pointee.ai_next
    }
    return found
  }

  /// The other end of a connected socket.
  init?(peerOf descriptor: Int32) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let made: SocketAddress? = unsafe withUnsafeMutablePointer(to: &storage) {
      let address = unsafe UnsafeMutableRawPointer($0).assumingMemoryBound(to: sockaddr.self)
      guard unsafe getpeername(descriptor, address, &length) == 0 else { return nil }
      return unsafe SocketAddress(address)
    }
    guard let made else { return nil }
    self = made
  }

  private init?(_ address: UnsafeMutablePointer<sockaddr>?) {
    guard let address = unsafe address else { return nil }
    let isIPv4 = unsafe address.pointee.sa_family == sa_family_t(AF_INET)
    guard unsafe isIPv4 || address.pointee.sa_family == sa_family_t(AF_INET6) else { return nil }
    let length = isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      unsafe getnameinfo(
        address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    description = String(
      decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    isLoopback = isIPv4 ? description.hasPrefix("127.") : description == "::1"
  }
}

/// A host name without an address.
struct ResolveFault: Error {
  var words: String
}
