internal import Hummingbird

/// Makes answers of errors: problems for scripts, pages for people.
struct ErrorAnswers: RouterMiddleware {
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
      return try pages.answer(to: error, request, context)
    }
  }
}
