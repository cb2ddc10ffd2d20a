internal import Hummingbird

/// Answers the three paths that monitoring asks for, and nothing else.
struct HealthPages: HTTPResponder {
  typealias Context = BasicRequestContext

  /// Waits until the tenants were read once, so that no first scrape is without them.
  var isRead: @Sendable () async -> Void = {}
  /// What has happened since the process began.
  var counts = ServiceCounts()
  /// Asks whether the database answers; nil if the store is in files.
  var probe: (@Sendable () async throws -> Void)?
  /// The service's state at the moment of the request.
  let report: @Sendable () async -> ServiceReport

  func respond(to request: Request, context: Context) async throws -> Response {
    let isGet = request.method == .get
    switch request.uri.path {
    case "/healthz": return isGet ? answer(.ok, "ok\n") : notAllowed
    case "/readyz":
      guard isGet else { return notAllowed }
      let readiness = Readiness(await report(), database: await database())
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

  /// How long the database has for an answer: monitoring does not wait long either.
  private static let longestProbe = Duration.seconds(3)

  private func database() async -> Readiness.Database? {
    guard let probe else { return nil }
    return await withTaskGroup(of: Readiness.Database.self) { group in
      group.addTask { (try? await probe()) == nil ? .unreachable : .reachable }
      group.addTask {
        try? await Task.sleep(for: Self.longestProbe)
        return .unreachable
      }
      defer { group.cancelAll() }
      return await group.next() ?? .unreachable
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
