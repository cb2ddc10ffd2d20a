/// An address and port that pages and API are served at.
package struct ListenAddress: Sendable, Equatable {
  /// A name or an address; `0.0.0.0` and `::` for all of the machine.
  package let host: String
  /// 0 for any that is free.
  package let port: Int

  /// Reads `HOST:PORT` or `[ADDRESS]:PORT`; nil for everything else.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("[") && host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = Int(port)
  }

  /// True if no other machine reaches it, so that it may be without TLS.
  package var isLoopback: Bool { Loopback.isLoopback(host) }
}
