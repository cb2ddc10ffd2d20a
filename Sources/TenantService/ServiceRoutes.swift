internal import Hummingbird

/// Which address leads where: to the pages or to the API, behind what every request passes.
struct ServiceRoutes: Sendable {
  let parts: ServiceParts
  let authenticator: RequestAuthenticator
  /// Reverse proxies in front of the service.
  var proxies = TrustedProxies()
  /// Below which path a proxy serves all of it.
  var base = BasePath()
  /// True if the service itself speaks TLS.
  let isTLS: Bool

  /// The routes, in the order in which they are tried.
  func responder() throws -> some HTTPResponder<WebContext> {
    BasePathResponder(base: base, inner: try router().buildResponder())
  }

  /// The routes without the path that a proxy serves them below.
  func router() throws -> Router<WebContext> {
    let pages = try Pages(parts, authenticator, base: base)
    let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ForwardedRequest(proxies: proxies, isTLS: isTLS))
    router.add(middleware: RequestLog(elapsed: parts.clock.elapsed, counts: authenticator.counts))
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ErrorAnswers(pages: pages))
    pages.add(to: router)
    APIRoutes(parts: parts, authenticator: authenticator, base: base).add(to: router)
    return router
  }
}

/// Makes answers of errors: problems for scripts, pages for people.
private struct ErrorAnswers: RouterMiddleware {
  let pages: Pages

  func handle(
    _ request: Request, context: WebContext,
    next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      if let failure = error as? WebFailure,
        [.requestTimeout, .contentTooLarge].contains(failure.status)
      {
        context.hangUp()
      }
      if request.uri.path.hasPrefix("/api/") { return APIProblem.answer(to: error, context) }
      return try await pages.answer(to: error, request, context)
    }
  }
}
