internal import Administration
internal import Hummingbird
internal import TenantCore

/// Runs: begin one, see how far it is, look back.
struct RunAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .post, "/runs", "sync") { call in
      _ = try call.query()
      let body = try await JSONBody(call.request, known: ["allowLargeChange"])
      try await call.authorized.sync(
        allowLargeChange: try body.flag("allowLargeChange") ?? false)
      return try call.answer(
        await call.authorized.progress(), status: .accepted,
        headers: [.location: call.address("/runs/current")])
    }
    api.on(router, .get, "/runs/current", "review") { call in
      _ = try call.query()
      return try call.answer(await call.authorized.progress())
    }
    api.on(router, .get, "/runs", "history") { call in
      let place = try HistoryPlace(try call.query(.number("before"), .number("limit")))
      let found = try await call.authorized.session.runs(
        before: place.before, limit: place.limit + 1)
      let runs = found.prefix(place.limit)
      return try call.answer(
        RunsAnswer(
          tenant: call.tenant.name, runs: Array(runs),
          next: found.count > runs.count ? runs.last?.id : nil))
    }
    api.on(router, .get, "/runs/:run", "history") { call in
      _ = try call.query()
      guard let number = Int64(try call.parameter("run")),
        let run = try await call.authorized.session.run(number)
      else { throw APIProblem.nothingHere }
      return try call.answer(RunAnswer(run))
    }
  }
}

/// Which part of a history is asked for.
struct HistoryPlace: Sendable {
  /// Only what has a smaller number.
  let before: Int64?
  let limit: Int

  init(_ fields: FormFields) throws {
    before = try fields.number("before", in: 1...Int.max).map(Int64.init)
    limit = try fields.number("limit", in: 1...200) ?? 50
  }
}
