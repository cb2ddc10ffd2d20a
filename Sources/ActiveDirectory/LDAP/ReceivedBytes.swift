import Glibc

/// How much came over a TCP connection since this was made.
struct ReceivedBytes {
  /// `tcpi_bytes_received` of the kernel's `struct tcp_info` (linux/tcp.h); the C library's ends
  /// before it.
  private static let place = 128

  private let socket: Int32
  private let start: Int

  init(_ socket: Int32) {
    self.socket = socket
    start = Self.total(socket)
  }

  /// The bytes since then, TLS and all; 0 if the kernel does not tell.
  var count: Int { Self.total(socket) - start }

  private static func total(_ socket: Int32) -> Int {
    var info = [UInt8](repeating: 0, count: place + MemoryLayout<UInt64>.size)
    var length = socklen_t(info.count)
    guard unsafe getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0,
      Int(length) == info.count
    else { return 0 }
    let value = unsafe info.withUnsafeBytes {
      unsafe $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    }
    return Int(clamping: value)
  }
}
