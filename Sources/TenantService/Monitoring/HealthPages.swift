internal import Hummingbird

/// Answers the three paths that monitoring asks for, and nothing else.
struct HealthPages: HTTPResponder {
  typealias Context = BasicRequestContext

  /// Waits until the tenants were read once, so that no first scrape is without them.
  var isRead: @Sendable () async -> Void = {}
  /// What has happened since the process began.
  var counts = ServiceCounts()
  /// The service's state at the moment of the request.
  let report: @Sendable () async -> ServiceReport

  func respond(to request: Request, context: Context) async throws -> Response {
    let isGet = request.method == .get
    switch request.uri.path {
    case "/healthz": return isGet ? answer(.ok, "ok\n") : notAllowed
    case "/readyz":
      guard isGet else { return notAllowed }
      let readiness = Readiness(await report())
      return answer(
        readiness.ready ? .ok : .serviceUnavailable, try readiness.json, type: "application/json")
    case "/metrics":
      guard isGet else { return notAllowed }
      await isRead()
      return answer(
        .ok,
        ServiceMetrics(
          report: await report(), counts: counts.numbers, process: ProcessFigures.now()
        ).text,
        type: "text/plain; version=0.0.4; charset=utf-8")
    default: return answer(.notFound, "there is no such page\n")
    }
  }

  private var notAllowed: Response {
    var response = answer(.methodNotAllowed, "only GET is allowed\n")
    response.headers[.allow] = "GET"
    return response
  }

  private func answer(
    _ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status,
      headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
