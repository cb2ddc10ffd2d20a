internal import OperatingSystem

/// An address and port of this machine that no other machine can reach.
package struct Loopback: Sendable, Equatable {
  /// A loopback address, or `localhost`.
  package let host: String
  /// 0 for any that is free.
  package let port: Int

  /// Reads `127.0.0.1:8480`, `[::1]:8480` or `localhost:8480`; nil for everything else.
  package init?(_ text: String) {
    guard let address = ListenAddress(text), address.isLoopback else { return nil }
    host = address.host
    port = address.port
  }

  /// True for `localhost`, 127.0.0.0/8 (RFC 1122, 3.2.1.3) and ::1 (RFC 4291, 2.5.3).
  static func isLoopback(_ host: String) -> Bool {
    HostAddress.isLoopback(host) || host == "[::1]"
  }
}
