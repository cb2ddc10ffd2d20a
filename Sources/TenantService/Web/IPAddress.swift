internal import Glibc

/// An IP address, however it was written; an IPv4 address within IPv6 (`::ffff:192.0.2.1`, RFC 4291,
/// section 2.5.5.2) is the IPv4 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16, in network order.
  private let bytes: [UInt8]

  /// Reads an address without a port; nil for everything else. A zone (`fe80::1%eth0`) is passed over.
  package init?(_ text: some StringProtocol) {
    let text = String(text.prefix { $0 != "%" })
    // inet_pton(3) would take a zero byte for the end.
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      let all = withUnsafeBytes(of: six) { Array($0) }
      bytes = all.starts(with: Self.mapped) ? Array(all.suffix(4)) : all
    } else {
      return nil
    }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

  /// True for `0.0.0.0` and `::`, which nobody comes from.
  var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

  /// The address as it is usually written (RFC 5952).
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "unknown" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What one customer of a network usually has: an IPv4 address, or 64 bits of an IPv6 address
  /// (RFC 6177), within which anybody takes as many addresses as they like.
  var network: String {
    guard bytes.count == 16 else { return description }
    return "\(IPAddress(bytes: bytes.prefix(8) + Array(repeating: 0, count: 8)))/64"
  }
}
