internal import Administration
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import TenantCore

/// What the API says of an error: problem details (RFC 9457).
enum APIProblem {
  /// The one answer to whoever is not let in, whatever the cause: no such tenant, no token, a wrong
  /// one, one that has expired, one of another tenant (A5).
  static let unauthorized = WebFailure(.unauthorized, "a valid token for this tenant is required")

  /// The thing that the address names is not there.
  static let nothingHere = WebFailure(.notFound, "there is nothing at this address")

  /// Makes the answer of an error; what went wrong inside goes to the log.
  static func answer(to error: any Error, _ context: WebContext) -> Response {
    var failure = WebFailure(error)
    if failure.status.code >= 500 { context.logger.error("\(error)") }
    var headers: HTTPFields = [:]
    switch failure.status {
    case .unauthorized:
      failure = unauthorized
      headers[.wwwAuthenticate] = "Bearer"
    case .notFound where error is HTTPError: failure = nothingHere
    case .serviceUnavailable:
      failure.kind = "busy"
      headers[.retryAfter] = "\(failure.retryAfter ?? 60)"
    default: break
    }
    return response(failure, context, headers)
  }

  /// Writes a failure.
  static func response(
    _ failure: WebFailure, _ context: WebContext, _ headers: HTTPFields = [:]
  ) -> Response {
    let problem = ProblemAnswer(failure, request: context.id)
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: failure.status, headers: headers,
      body: ResponseBody(
        byteBuffer: ByteBuffer(string: (try? AnswerEncoder.text(problem)) ?? "{}\n")))
  }
}

/// The members of problem details (RFC 9457, section 3.1), and `kind`.
struct ProblemAnswer: Encodable, Sendable {
  /// Says that the title is the status's own words (section 4.2.1).
  let type = "about:blank"
  let title: String
  let status: Int
  let detail: String
  let instance: String
  let kind: String

  /// - Parameter request: the request's id in the log.
  init(_ failure: WebFailure, request: String) {
    title = failure.status.reasonPhrase
    status = failure.status.code
    detail = failure.inAPI
    instance = "urn:request:\(request)"
    kind = failure.kind
  }
}

/// Answers what matches no address of the API: 405 with what the address has (RFC 9110, section
/// 15.5.6), or 404.
struct APIMethods: RouterMiddleware {
  /// The parts of a path, nil for one that may be anything, and its methods.
  private let paths: [[String?]: [String]]

  init(_ routes: [Router<WebContext>.RouteDescription]) {
    paths = routes.reduce(into: [:]) { paths, route in
      let parts = Self.parts(route.path.description).map { $0.hasPrefix("{") ? nil : $0 }
      paths[parts, default: []].append(route.method.rawValue)
    }
  }

  func handle(
    _ request: Request, context: WebContext,
    next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    guard request.uri.path.hasPrefix("/api/") else { return try await next(request, context) }
    let allowed = Set(methods(of: request.uri.path)).sorted()
    let answer =
      if allowed.isEmpty {
        APIProblem.response(APIProblem.nothingHere, context)
      } else {
        APIProblem.response(
          WebFailure(
            .methodNotAllowed,
            "this address does not support \(request.method.rawValue.prefix(32)); known: "
              + allowed.joined(separator: ", ")),
          context, [.allow: allowed.joined(separator: ", ")])
      }
    return request.method == .head ? answer.createHeadResponse() : answer
  }

  private func methods(of path: String) -> [String] {
    let asked = Self.parts(path)
    let fitting = paths.filter { parts, _ in
      parts.count == asked.count && zip(parts, asked).allSatisfy { $0 == nil || $0 == $1 }
    }
    // An address with fewer free parts stands before one with more, as in the router.
    let least = fitting.keys.map { $0.count { $0 == nil } }.min()
    let methods = fitting.filter { parts, _ in parts.count { $0 == nil } == least }
      .flatMap(\.value)
    // The router answers HEAD wherever it answers GET.
    return methods + (methods.contains("GET") ? ["HEAD"] : [])
  }

  private static func parts(_ path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
  }
}
