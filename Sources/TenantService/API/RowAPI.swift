internal import Authorization
internal import Foundation
internal import Hummingbird
internal import PluginContract
internal import TenantCore
internal import Workbench

/// One row of the snapshot, and why it is as it is (R7).
struct RowAPI: Sendable {
  let api: APIRoutes

  /// The most changes of a row that are told.
  private static let mostChanges = 100

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/rows/:row", "explain") { call in
      _ = try call.query()
      let key = try call.row()
      let store = try await call.administration.store()
      guard let entry = try await store.entry(key), let head = try await store.head() else {
        throw APIProblem.nothingHere
      }
      var object = try await Self.row(key, head, store, of: call.tenant.name)
      let changes = try await call.administration.changes(
        of: entry, store, limit: Self.mostChanges)
      object["tenant"] = call.tenant.name
      object["row"] = key.description
      object["attributes"] = entry.attributes
      object["history"] = changes.map(HistoryJSON.object)
      return try call.taggedAnswer(object)
    }
    api.on(router, .get, "/rows/:row/explanation", "explain") { call in
      _ = try call.query()
      let key = try call.row()
      guard try await call.administration.store().entry(key) != nil else {
        throw APIProblem.nothingHere
      }
      return try call.answer([
        "tenant": call.tenant.name, "row": key.description,
        "lines": try await call.administration.explanation(of: key),
      ])
    }
  }

  /// The row as the review has it.
  private static func row(
    _ key: RowKey, _ head: SnapshotHead, _ store: any TenantStoring, of tenant: String
  ) async throws -> [String: Any] {
    let plugin = BuiltInPlugins.document
    let snapshot = Snapshot(
      run: head.run, isLive: false, rows: PageRows(keys: [key], store: store), vanishedLinks: [],
      unclaimed: [], lastFailure: nil)
    let bytes = try await SnapshotExport(
      snapshot: snapshot, plugin: plugin, columns: plugin.declaration.columns
    ).bytes(tenant: tenant)
    let document = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    guard let row = (document?["users"] as? [[String: Any]])?.first else {
      throw APIProblem.nothingHere
    }
    return row
  }
}
