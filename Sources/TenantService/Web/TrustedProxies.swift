internal import HTTPTypes
internal import Hummingbird

/// The reverse proxies whose word counts for who the client is and how it came.
///
/// What others write into the same headers is not looked at: anybody can send them.
package struct TrustedProxies: Sendable {
  private let addresses: Set<IPAddress>

  /// Trusts nobody.
  package init() { addresses = [] }

  /// Trusts these addresses and no others; nil if one is no single address.
  package init?(_ texts: [String]) {
    let addresses = texts.compactMap { IPAddress($0) }
    guard addresses.count == texts.count, !addresses.contains(where: \.isUnspecified) else {
      return nil
    }
    self.addresses = Set(addresses)
  }

  /// True if the word of this address counts.
  func trusts(_ address: IPAddress) -> Bool { addresses.contains(address) }

  /// The client of a request that comes from a peer: of `X-Forwarded-For`, to which each proxy appends
  /// the address that it was asked from, the last entry that is no trusted proxy's.
  ///
  /// - Returns: the peer itself if it is not trusted, or if the list says nothing that can be relied
  ///   on: then all that come through the proxy share one count of attempts.
  func client(of peer: IPAddress?, _ headers: HTTPFields) -> IPAddress? {
    guard let peer, addresses.contains(peer) else { return peer }
    let entries = headers[values: .named("X-Forwarded-For")].flatMap { $0.split(separator: ",") }
    var client = peer
    // Empty elements of a list are passed over (RFC 9110, section 5.6.1.2).
    for entry in entries.reversed() where !Self.trimmed(entry).isEmpty {
      guard let address = Self.address(entry) else { return peer }
      client = address
      guard addresses.contains(address) else { break }
    }
    return client
  }

  /// True if a trusted proxy says that the client came to it over TLS.
  func isSecure(_ peer: IPAddress?, _ headers: HTTPFields) -> Bool {
    guard let peer, addresses.contains(peer) else { return false }
    let schemes = headers[values: .named("X-Forwarded-Proto")].flatMap { $0.split(separator: ",") }
    return schemes.last.map { Self.trimmed($0).lowercased() == "https" } ?? false
  }

  /// An entry: an address, which some proxies write with a port.
  private static func address(_ entry: Substring) -> IPAddress? {
    let text = trimmed(entry)
    if let address = IPAddress(text) { return address }
    return ListenAddress(String(text)).flatMap { IPAddress($0.host) }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    var text = text.drop(while: isBlank)
    while text.last.map(isBlank) == true { text.removeLast() }
    return text
  }
}

/// Tells everything behind it who the client is, and whether it came over TLS.
struct ForwardedRequest: RouterMiddleware {
  let proxies: TrustedProxies
  /// True if this server itself speaks TLS.
  let isTLS: Bool

  func handle(
    _ request: Request, context: WebContext,
    next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.isSecure = isTLS || proxies.isSecure(context.client, request.headers)
    context.client = proxies.client(of: context.client, request.headers)
    return try await next(request, context)
  }
}
