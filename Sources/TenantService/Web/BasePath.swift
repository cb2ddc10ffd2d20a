internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The path below which a reverse proxy serves pages and API, such as `/ad`; empty for none.
///
/// Addresses within the service are written without it. It is put before them where they leave: in templates when they
/// are read, and in the headers of answers.
package struct BasePath: Sendable, Equatable {
  /// How many characters it may have.
  private static let longest = 256

  /// Begins with a slash and does not end with one; or empty.
  let text: String

  /// None.
  package init() { text = "" }

  /// Reads a path: segments of letters, digits, `.`, `_`, `~` and `-`, with a slash before each; a slash at the end is
  /// left out. Nil for anything else.
  package init?(_ path: String) {
    let text = path.hasSuffix("/") ? String(path.dropLast()) : path
    guard text.hasPrefix("/"), text.utf8.count <= Self.longest else { return nil }
    for segment in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard !segment.isEmpty, segment != ".", segment != "..",
        segment.utf8.allSatisfy({ byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
          case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "-"): true
          default: false
          }
        })
      else { return nil }
    }
    self.text = text
  }

  /// What a browser is to ask for.
  func outside(_ address: String) -> String { text + address }

  /// The address within the service; nil for one that is not below the path.
  func inside(_ address: String) -> String? {
    guard address.hasPrefix(text) else { return nil }
    let rest = address.dropFirst(text.count)
    return rest.hasPrefix("/") ? String(rest) : nil
  }

  /// A template with the path before each address that is one of this service.
  func template(_ source: String) -> String {
    guard !text.isEmpty else { return source }
    return source.replacing(/\s(href|action|src|formaction|data-progress)="(\/|\{\{)/) { match in
      " \(match.1)=\"\(text)\(match.2)"
    }
  }
}

/// Takes the path from requests, and puts it into the headers of answers: where they lead, and where cookies go.
struct BasePathResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == WebContext {
  let base: BasePath
  let inner: Inner

  func respond(to request: Request, context: WebContext) async throws -> Response {
    guard !base.text.isEmpty else { return try await inner.respond(to: request, context: context) }
    guard request.uri.path != base.text else {
      return .redirect(to: base.outside("/"), type: .normal)
    }
    guard let inside = base.inside(request.uri.string) else {
      return Response(
        status: .notFound, headers: [.contentType: "text/plain; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: "the pages are below \(base.text)/\n")))
    }
    var head = request.head
    head.path = inside
    var response = try await inner.respond(
      to: Request(head: head, body: request.body), context: context)
    if let location = response.headers[.location], location.hasPrefix("/") {
      response.headers[.location] = base.outside(location)
    }
    let cookies = response.headers[values: .setCookie]
    if !cookies.isEmpty {
      response.headers[values: .setCookie] = cookies.map {
        $0.replacing("; Path=/", with: "; Path=\(base.text)")
      }
    }
    return response
  }
}
