import Glibc

/// Tries whether a port takes connections at all, because libldap does not tell a refused
/// connection from a failed handshake.
enum TCPProbe {
  /// Connects to the first address that answers, and hangs up.
  ///
  /// - Throws: ``SystemFault`` of the last address.
  static func connect(to host: String, port: Int, within limit: Duration) throws {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = SocketAddress.stream
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, String(port), &hints, &list) == 0 else {
      throw SystemFault(EHOSTUNREACH)
    }
    defer { unsafe freeaddrinfo(list) }
    var fault = SystemFault(EHOSTUNREACH)
    var next = unsafe list
    while let entry = unsafe next {
      do { return try unsafe connect(entry.pointee, within: limit) } catch let failed as SystemFault
      {
        fault = failed
      }
      unsafe next = unsafe entry.pointee.ai_next
    }
    throw fault
  }

  private static func connect(_ entry: addrinfo, within limit: Duration) throws {
    let number = unsafe socket(entry.ai_family, entry.ai_socktype | O_NONBLOCK | O_CLOEXEC, 0)
    guard number >= 0 else { throw SystemFault(errno) }
    let descriptor = Descriptor(owning: number)
    if unsafe Glibc.connect(descriptor.number, entry.ai_addr, entry.ai_addrlen) == 0 { return }
    guard errno == EINPROGRESS else { throw SystemFault(errno) }
    var wait = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&wait, 1, Int32(limit.milliseconds)) > 0 else { throw SystemFault(ETIMEDOUT) }
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    unsafe getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &length)
    guard code == 0 else { throw SystemFault(code) }
  }
}
