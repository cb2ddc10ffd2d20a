internal import Authorization
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import TenantCore

/// The API: which address leads to which, and who may come there. All behaviour is that of
/// ``AuthorizedTenant``; this is a face of it, described by `openapi.json`.
struct APIRoutes: Sendable {
  let parts: ServiceParts
  let authenticator: RequestAuthenticator
  /// Below which path a proxy serves the API.
  var base = BasePath()

  /// Where the API lies.
  static let root = "/api/v1"

  /// Puts all of the API into a router; last, because a request that matches none of the API's
  /// addresses is answered by what is put in here.
  func add(to router: Router<WebContext>) {
    let openAPI = OpenAPIFile(base)
    router.get(RouterPath("\(Self.root)/openapi.json")) { request, _ in
      try openAPI.answer(request)
    }
    OverviewAPI(api: self).add(to: router)
    ReviewAPI(api: self).add(to: router)
    RowAPI(api: self).add(to: router)
    RoundAPI(api: self).add(to: router)
    SnapshotAPI(api: self).add(to: router)
    LinkAPI(api: self).add(to: router)
    PreviewAPI(api: self).add(to: router)
    RunAPI(api: self).add(to: router)
    UserAPI(api: self).add(to: router)
    DirectoryAPI(api: self).add(to: router)
    HistoryAPI(api: self).add(to: router)
    router.add(middleware: APIMethods(router.routes))
  }

  /// A call of a tenant.
  ///
  /// Who comes is looked at first, then what that one may do, and only then what was asked for.
  ///
  /// - Parameters:
  ///   - path: what follows the tenant's name.
  ///   - action: the command's words, by which a refusal is found in the audit.
  func on(
    _ router: Router<WebContext>, _ method: HTTPRequest.Method, _ path: String, _ action: String,
    _ handler: @escaping @Sendable (APICall) async throws -> Response
  ) {
    router.on(RouterPath("\(Self.root)/tenants/:tenant\(path)"), method: method) {
      request, context in
      try await handler(try await call(request, context, action))
    }
  }

  private func call(
    _ request: Request, _ context: WebContext, _ action: String
  ) async throws -> APICall {
    let tenant = context.parameters.get("tenant")?.removingPercentEncoding ?? ""
    let actor = try await authenticator.bearer(of: request, tenant: tenant, context)
    var authorized = try await authorize(actor, tenant: tenant, action, context)
    authorized.isHeadOnly = request.method == .head
    await authenticator.events.recordUse(
      ofToken: actor, tenant: tenant, address: context.address)
    return APICall(authorized: authorized, request: request, context: context)
  }

  /// Checks the permissions of somebody who came with a token.
  func authorize(
    _ actor: Actor, tenant: String, _ action: String, _ context: WebContext
  ) async throws -> AuthorizedTenant {
    do {
      return try await parts.authorize(actor, tenant: tenant, action: action)
    } catch let refused as PermissionRefused where refused.missing.isEmpty {
      // A token without any role counts as none (A5); the refusal has been audited.
      throw APIProblem.unauthorized
    } catch let failure as WebFailure where failure.status == .notFound {
      await authenticator.recorder.record(
        action, tenant: tenant, address: context.address, actor: actor)
      throw APIProblem.unauthorized
    }
  }
}

/// One request of somebody who came with a token, for the tenant of the token.
struct APICall: Sendable {
  /// The tenant, after the permission check.
  let authorized: AuthorizedTenant
  let request: Request
  let context: WebContext

  var tenant: Tenant { authorized.tenant }

  /// The address of a call of this tenant.
  func address(_ path: String) -> String { "\(APIRoutes.root)/tenants/\(tenant.name)\(path)" }

  /// A part of the path, decoded.
  func parameter(_ name: String) throws -> String {
    guard let text = context.parameters.get(name)?.removingPercentEncoding, !text.isEmpty else {
      throw APIProblem.nothingHere
    }
    return text
  }

  /// The row that the path names.
  func row() throws -> RowKey {
    guard let key = RowKey(try parameter("row")) else { throw APIProblem.nothingHere }
    return key
  }

  /// The query, which may have these parameters and no others.
  func query(_ known: APIQuery.Parameter...) throws -> FormFields {
    try query(known)
  }

  /// The same for a list of parameters.
  func query(_ known: [APIQuery.Parameter]) throws -> FormFields {
    try APIQuery.fields(of: request, known: known)
  }
}
