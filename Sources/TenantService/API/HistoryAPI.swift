internal import Administration
internal import Hummingbird
internal import TenantCore

/// What was changed, what was refused, and who came or took data away (T5, A2).
struct HistoryAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/changes", "history") { call in
      let fields = try call.query(
        [.number("before"), .number("after"), .number("limit")] + HistoryQuery.ofChanges)
      let (place, query) = (try HistoryPlace(fields), try HistoryQuery(fields))
      let after = try fields.number("after", in: 0...Int.max).map(Int64.init)
      let found =
        try await query.canFind
        ? call.authorized.session.changes(
          before: place.before, after: after, fitting: query.filter, limit: place.limit + 1) : []
      let changes = found.prefix(place.limit)
      return try call.answer(
        ChangesAnswer(
          tenant: call.tenant.name, changes: Array(changes),
          next: found.count > changes.count ? changes.last?.number : nil))
    }
    api.on(router, .get, "/refusals", "history") { call in
      let fields = try call.query([.number("limit")] + HistoryQuery.ofOthers)
      let refusals = try await call.authorized.session.refusals(
        fitting: HistoryQuery(fields).filter, limit: HistoryPlace(fields).limit)
      return try call.answer(RefusalsAnswer(tenant: call.tenant.name, refusals: refusals))
    }
    api.on(router, .get, "/events", "history") { call in
      let fields = try call.query([.number("limit")] + HistoryQuery.ofOthers)
      let events = try await call.authorized.session.events(
        fitting: HistoryQuery(fields).filter, limit: HistoryPlace(fields).limit)
      return try call.answer(EventsAnswer(tenant: call.tenant.name, events: events))
    }
  }
}

extension HistoryQuery {
  /// The parameters of a list of changes.
  fileprivate static let ofChanges: [APIQuery.Parameter] =
    [.text("login"), .number("run"), .word("kind", mayRepeat: true)] + ofOthers
  /// Those of the other lists.
  fileprivate static let ofOthers: [APIQuery.Parameter] = [
    .text("actor"), .word("since", longest: 10), .word("until", longest: 10),
  ]
}
