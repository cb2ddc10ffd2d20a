internal import HTTPTypes
internal import Hummingbird

/// Puts on every answer what keeps a browser from doing more than it should.
struct SecurityHeaders: RouterMiddleware {
  /// Everything comes from here, and nothing is in line; nobody may put a page into a frame.
  static let policy = [
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  func handle(
    _ request: Request, context: WebContext,
    next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    // A page that was exported as a file has a policy of its own, and is never shown from here.
    response.headers[.contentSecurityPolicy] = Self.policy
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[Self.referrerPolicy] = "same-origin"
    response.headers[Self.openerPolicy] = "same-origin"
    response.headers[Self.resourcePolicy] = "same-origin"
    response.headers[Self.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
    response.headers[Self.frameOptions] = "DENY"
    // Over TLS browsers may be told never to use anything else.
    if context.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }

  private static let referrerPolicy = HTTPField.Name.named("Referrer-Policy")
  private static let openerPolicy = HTTPField.Name.named("Cross-Origin-Opener-Policy")
  private static let resourcePolicy = HTTPField.Name.named("Cross-Origin-Resource-Policy")
  private static let permissionsPolicy = HTTPField.Name.named("Permissions-Policy")
  private static let frameOptions = HTTPField.Name.named("X-Frame-Options")
}

extension HTTPField.Name {
  /// A field's name that is known to be right.
  static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .accept }
}
