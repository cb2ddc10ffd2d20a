internal import Administration
internal import Hummingbird
internal import TenantCore

/// What was changed and what was refused (T5, A2).
struct HistoryAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/changes", "history") { call in
      let fields = try call.query(.number("before"), .number("limit"), .text("login"))
      let place = try HistoryPlace(fields)
      let found = try await Self.changes(
        of: fields["login"], call.authorized.session, before: place.before, limit: place.limit + 1)
      let changes = found.prefix(place.limit)
      return try call.answer(
        ChangesAnswer(
          tenant: call.tenant.name, changes: Array(changes),
          next: found.count > changes.count ? changes.last?.number : nil))
    }
    api.on(router, .get, "/refusals", "history") { call in
      let limit = try HistoryPlace(try call.query(.number("limit"))).limit
      let session = call.authorized.session
      let refusals = try await session.refusals(limit: limit)
      return try call.answer(RefusalsAnswer(tenant: call.tenant.name, refusals: refusals))
    }
  }

  /// What can be nobody's login has no changes.
  private static func changes(
    of login: String?, _ session: TenantSession, before: Int64?, limit: Int
  ) async throws -> [NumberedChange] {
    let name = login.flatMap(LoginName.init)
    if login != nil && name == nil { return [] }
    return try await session.changes(before: before, ofLogin: name, limit: limit)
  }
}
