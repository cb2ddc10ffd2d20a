internal import Administration
internal import Hummingbird
internal import PluginContract
internal import TenantCore

/// One row of the snapshot, and why it is as it is (R7).
struct RowAPI: Sendable {
  let api: APIRoutes

  /// The most changes of a row that are told.
  private static let mostChanges = 100

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/rows/:row", "explain") { call in
      _ = try call.query()
      let key = try call.row()
      let session = call.authorized.session
      let rows = try await session.rows([key], columns: RowColumn.snapshot)
      guard let row = RowAnswer.rows(of: rows).first, let entry = try await session.entry(key)
      else { throw APIProblem.nothingHere }
      let changes = try await call.authorized.changes(of: entry, limit: Self.mostChanges)
      return try call.taggedAnswer(
        RowDetailAnswer(
          tenant: call.tenant.name, key: key, row: row, attributes: entry.attributes,
          nearest: NearestUser(entry.reason), history: changes))
    }
    api.on(router, .get, "/rows/:row/explanation", "explain") { call in
      _ = try call.query()
      let key = try call.row()
      guard let entry = try await call.authorized.session.entry(key) else {
        throw APIProblem.nothingHere
      }
      return try call.answer(
        ExplanationAnswer(
          tenant: call.tenant.name, key: key,
          lines: try await call.authorized.session.explanation(of: key),
          nearest: NearestUser(entry.reason)))
    }
  }
}
