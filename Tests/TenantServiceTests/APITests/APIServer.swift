import Administration
import Authorization
import Foundation
import Harness
import Hummingbird
import Logging
import NIOCore
import TenantCore
import Testing
import Wiring

@testable import TenantService

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The pages and the API on loopback, over the example tenants in a folder of a test's own: acme has its
/// users and one complete run, globex has neither.
struct APIServer: Sendable {
  let tenantctl: RunTenantctl
  let dependencies: Dependencies
  let scheduler: Scheduler
  /// A token with both permissions for acme.
  let token: String
  private let port: Int

  /// Starts it, does the work, and ends it.
  static func run(_ body: @Sendable @escaping (APIServer) async throws -> Void) async throws {
    let tenantctl = try RunTenantctl.withExamples()
    try addRoles(to: tenantctl)
    let installation = Installation(
      tenants: tenantctl.folder.path("tenants"), state: tenantctl.folder.path("state"),
      logLevel: .critical)
    let dependencies = Dependencies(installation, label: "test")
    try await prepare(dependencies, tenantctl)
    let clock = ServiceClock.system()
    let files = TenantFiles(registry: { dependencies.tenants }, clock: clock)
    let scheduler = Scheduler(
      source: files, jobs: 2, clock: clock, logger: dependencies.logger, tell: { _ in })
    await scheduler.reload()
    let router = try router(dependencies, files, scheduler, clock)
    let token = try await token(dependencies, "acme", "all")
    let ports = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { ports.continuation.yield($0.localAddress?.port ?? 0) },
      logger: dependencies.logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      var iterator = ports.stream.makeAsyncIterator()
      let port = try #require(await iterator.next())
      defer { group.cancelAll() }
      try await body(
        APIServer(
          tenantctl: tenantctl, dependencies: dependencies, scheduler: scheduler, token: token,
          port: port))
    }
  }

  /// What the service routes by.
  static func router(
    _ dependencies: Dependencies, _ files: TenantFiles, _ scheduler: Scheduler,
    _ clock: ServiceClock
  ) throws -> Router<WebContext> {
    let parts = ServiceParts(
      files: files, scheduler: scheduler,
      previews: RunPreviews(shared: dependencies.previews, logger: dependencies.logger),
      tables: TenantTables(), clock: clock, logger: dependencies.logger)
    return try ServiceRoutes(
      parts: parts,
      authenticator: RequestAuthenticator(
        dependencies.authenticator, ports: dependencies.signIn, audit: dependencies.refusalAudit,
        events: dependencies.eventAudit, files: files, clock: clock, logger: dependencies.logger),
      isTLS: false
    ).router()
  }

  /// Roles with one permission each.
  private static func addRoles(to tenantctl: RunTenantctl) throws {
    let text = try tenantctl.read("tenants/acme.yaml")
    let roles = "access:\n  roles:\n"
    try #require(text.contains(roles))
    try tenantctl.folder.write(
      text.replacing(
        roles,
        with: roles + "    tenant-only: [Administer Tenant]\n"
          + "    directory-only: [Administer Active Directory Authentication]\n"),
      to: "tenants/acme.yaml")
  }

  private static func prepare(_ dependencies: Dependencies, _ tenantctl: RunTenantctl) async throws
  {
    let session = try await dependencies.tenants.session("acme", action: "test")
    _ = try await session.importUsers(
      file: tenantctl.folder.path("tenants/users/acme-users.csv"), skipInvalid: false)
    let result = await session.sync()
    #expect(result.outcome == .complete, "\(result)")
  }

  /// Makes a token.
  ///
  /// - Parameter roles: none for all of the running user's.
  static func token(
    _ dependencies: Dependencies, _ tenant: String, _ name: String, roles: [String] = [],
    hours: Int64 = 1
  ) async throws -> String {
    let session = try await dependencies.tenants.session(tenant, action: "access token")
    return try await session.createToken(
      name, grant: try session.grant(roles), seconds: hours * 3600
    ).secret
  }

  /// The refusals in acme's audit, the latest first.
  func refusals() async throws -> [RefusalRecord] {
    try await dependencies.tenants.session("acme", action: "test").refusals()
  }

  // MARK: - Requests

  /// An address of a call of acme.
  static func acme(_ path: String) -> String { "/api/v1/tenants/acme" + path }

  func get(_ path: String, _ headers: [String: String] = [:]) async throws -> APIReply {
    try await send("GET", Self.acme(path), headers)
  }

  /// Sends JSON as acme's administrator.
  func post(
    _ path: String, _ body: String, method: String = "POST", _ headers: [String: String] = [:]
  ) async throws -> APIReply {
    try await send(
      method, Self.acme(path), ["Content-Type": "application/json"].merging(headers) { $1 },
      body: Data(body.utf8))
  }

  /// Sends a request, with acme's token unless the headers have another; an empty one is left out.
  func send(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: Data? = nil
  ) async throws -> APIReply {
    let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
    request.httpMethod = method
    request.httpBody = body
    for (name, value) in ["Authorization": "Bearer \(token)"].merging(
      headers, uniquingKeysWith: { $1 })
    where !value.isEmpty {
      request.setValue(value, forHTTPHeaderField: name)
    }
    // How long it takes on a machine that does much else is no fault of the answer.
    request.timeoutInterval = 600
    let (data, response) = try await URLSession.shared.data(for: request)
    let answer = try #require(response as? HTTPURLResponse)
    let fields = answer.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
    return APIReply(
      status: answer.statusCode, headers: Dictionary(fields) { first, _ in first }, data: data)
  }
}

/// An answer.
struct APIReply: Sendable {
  let status: Int
  /// By their names in lower case.
  let headers: [String: String]
  let data: Data

  var text: String { String(decoding: data, as: UTF8.self) }
  var json: JSONNode { (try? JSONNode(data)) ?? .missing }
  var tag: String? { headers["etag"] }

  /// True if it is a problem of this status and kind, with all that a problem has.
  func isProblem(_ status: Int, _ kind: String) -> Bool {
    self.status == status && headers["content-type"] == "application/problem+json"
      && json["status"].int == status && json["kind"].text == kind
      && json["type"].text == "about:blank" && json["title"].text?.isEmpty == false
      && json["instance"].text?.hasPrefix("urn:request:") == true
      && json["instance"].text?.hasSuffix(headers["x-request-id"] ?? "?") == true
  }
}
