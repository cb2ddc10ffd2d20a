internal import Foundation
internal import Glibc

/// Sockets of the file system (unix(7)), with calls that block.
enum UnixSocket {
  /// Begins to listen at a path.
  static func listen(at path: String) throws -> Int32 {
    let socket = open()
    guard withAddress(path, { Glibc.bind(socket, $0, $1) }) == 0, Glibc.listen(socket, 64) == 0
    else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE) }
    return socket
  }

  /// Connects to a path; nil if nobody listens there.
  static func connect(to path: String) -> Int32? {
    let socket = open()
    guard withAddress(path, { Glibc.connect(socket, $0, $1) }) == 0 else {
      close(socket)
      return nil
    }
    return socket
  }

  /// Reads so many bytes; nil if the other end closes before.
  static func read(_ count: Int, from socket: Int32) -> [UInt8]? {
    guard count >= 0 else { return nil }
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard let part = readSome(from: socket, most: count - bytes.count) else { return nil }
      bytes += part
    }
    return bytes
  }

  /// Reads what is there; nil if the other end has closed.
  static func readSome(from socket: Int32, most: Int = 1 << 16) -> [UInt8]? {
    var part = [UInt8](repeating: 0, count: most)
    while true {
      let length = Glibc.read(socket, &part, most)
      if length < 0, errno == EINTR { continue }
      return length > 0 ? Array(part.prefix(length)) : nil
    }
  }

  /// Writes all bytes; false if the other end has closed.
  static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
    var place = 0
    while place < bytes.count {
      let length = bytes[place...].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if length < 0, errno == EINTR { continue }
      guard length > 0 else { return false }
      place += length
    }
    return true
  }

  private static func open() -> Int32 {
    socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  }

  private static func withAddress(
    _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isShort = withUnsafeMutableBytes(of: &address.sun_path) { place in
      guard path.utf8.count < place.count else { return false }
      place.copyBytes(from: path.utf8)
      return true
    }
    guard isShort else {
      errno = ENAMETOOLONG
      return -1
    }
    return withUnsafeMutableBytes(of: &address) { bytes in
      guard let start = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else { return -1 }
      return call(start, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
