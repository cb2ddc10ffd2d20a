internal import Glibc

/// An IP address as text, read by inet_pton(3).
package struct HostAddress: Sendable {
  /// True for 127.0.0.0/8 (RFC 1122, 3.2.1.3) and `::1` (RFC 4291, 2.5.3).
  package let isLoopback: Bool

  package init?(_ text: String) {
    var v4 = in_addr()
    var v6 = in6_addr()
    if unsafe inet_pton(AF_INET, text, &v4) == 1 {
      isLoopback = UInt32(bigEndian: v4.s_addr) >> 24 == 127
    } else if unsafe inet_pton(AF_INET6, text, &v6) == 1 {
      let bytes = unsafe withUnsafeBytes(of: v6) { unsafe Array($0) }
      isLoopback = bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    } else {
      return nil
    }
  }

  /// True for a loopback address and `localhost`, where a connection without TLS leaves no machine.
  package static func isLoopback(_ host: String) -> Bool {
    host.lowercased() == "localhost" || HostAddress(host)?.isLoopback == true
  }
}
