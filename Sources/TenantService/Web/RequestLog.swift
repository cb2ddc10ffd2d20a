internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Logs each request with its number, which the answer bears too. The query is left out: what somebody
/// looked for is nobody's business.
struct RequestLog: RouterMiddleware {
  /// The time since the service began.
  let elapsed: @Sendable () -> Duration
  /// What monitoring is told.
  let counts: ServiceCounts

  func handle(
    _ request: Request, context: WebContext,
    next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    let begin = elapsed()
    var response = try await next(request, context)
    response.headers[.named("X-Request-ID")] = context.id
    let duration = elapsed() - begin
    counts.count(
      request.uri.path.hasPrefix("/api/") ? .api : .pages, status: response.status.code)
    context.logger.info(
      "request",
      metadata: [
        "method": "\(request.method.rawValue)", "path": "\(request.uri.path.prefix(1024))",
        "status": "\(response.status.code)", "address": "\(context.address)",
        "milliseconds": "\(Int(duration / .milliseconds(1)))",
      ])
    return response
  }
}
