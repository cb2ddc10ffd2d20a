internal import Administration
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// All tenants of whoever comes, at a glance.
struct OverviewAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    router.get(RouterPath("\(APIRoutes.root)/tenants")) { request, context in
      try await overview(request, context)
    }
  }

  /// Who comes is looked at first, then what that one may do, and only then what was asked for.
  private func overview(_ request: Request, _ context: WebContext) async throws -> Response {
    let actor = try await api.authenticator.bearer(of: request, tenant: nil, context)
    let glances = try await api.parts.overview(as: [actor])
    if glances.isEmpty { try await refuse(actor, context) }
    _ = try APIQuery.fields(of: request, known: [])
    let answer = OverviewAnswer(glances, at: api.parts.clock.date()) { remedy, _ in
      APIRemedy.clause(remedy)
    }
    return APICall.response(try AnswerEncoder.bytes(answer))
  }

  /// Says what a token lacks in its tenant; an operator whom no tenant names is nobody (A5).
  private func refuse(_ actor: Actor, _ context: WebContext) async throws -> Never {
    let action = TenantRegistry.overviewAction
    if case .token(let tenant, _) = actor.identity {
      _ = try await api.authorize(actor, tenant: tenant, action, context)
    } else {
      await api.authenticator.recorder.record(
        action, tenant: "", address: context.address, actor: actor)
    }
    throw APIProblem.unauthorized
  }
}
