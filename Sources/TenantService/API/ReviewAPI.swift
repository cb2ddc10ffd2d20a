internal import Authorization
internal import Hummingbird
internal import PluginContract
internal import Synchronization
internal import TenantCore
internal import Workbench

/// The tenant at a glance, the review, the export, and the links without a row.
struct ReviewAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "", "review") { call in
      _ = try call.query()
      return try await call.answer(call.summary())
    }
    api.on(router, .get, "/review", "review", review)
    api.on(router, .get, "/export", "export", export)
    api.on(router, .get, "/vanished-links", "review") { call in
      _ = try call.query()
      let store = try await call.administration.store()
      return try await call.answerOfRevision(store) {
        let head = try await store.head()
        let object: [String: Any] = [
          "tenant": call.tenant.name, "run": HistoryJSON.orNull(head?.run.id),
          "vanishedLinks": head?.vanishedLinks.map(HistoryJSON.object) ?? [],
        ]
        return Array(try JSONAnswer.text(object).utf8)
      }
    }
  }

  private func review(_ call: APICall) async throws -> Response {
    let fields = try call.query(
      .word("filter"), .word("state", mayRepeat: true), .text("domain"), .word("account"), .search,
      .word("sort"), .order, .page, .size)
    let query = try ReviewQuery(fields, domains: call.tenant.directories.map(\.domain))
    let store = try await call.administration.store()
    return try await call.answerOfRevision(store) {
      let snapshot = try await call.snapshot()
      let listing = try await call.administration.review(query, store)
      return try await ReviewDocument(call: call, snapshot: snapshot, listing: listing)
        .bytes(store)
    }
  }

  private func export(_ call: APICall) async throws -> Response {
    let fields = try call.query(
      .word("format"), .text("columns", longest: 400), .word("exact"), .word("bom"))
    var download = SnapshotDownload(
      administration: call.administration,
      format: try fields.choice("format", of: Self.formats) ?? "csv")
    download.columns = try fields["columns"].map(Self.columns)
    download.isExact = try fields.flag("exact")
    download.hasByteOrderMark = try fields.flag("bom")
    let store = try await call.administration.store()
    let revision = try await call.administration.revision(store)
    let tag = call.tag(of: revision)
    if tag.isIn(ifNoneMatch: call.request.headers[.ifNoneMatch]) {
      return APICall.notModified(tag)
    }
    var response = try await download.response()
    // All that is sent is of the moment in which the answer was made.
    if try await call.administration.revision(store) == revision {
      for field in APICall.headers(tag) { response.headers[field.name] = field.value }
    }
    return response
  }

  /// What a script can read.
  private static let formats = ["csv", "json", "ndjson"]

  /// Columns as `export --columns` takes them.
  private static func columns(_ text: String) throws -> [RowColumn] {
    var columns: [RowColumn] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard let column = RowColumn(rawValue: name) else {
        throw FormFields.unknown("column", name, known: RowColumn.allCases.map(\.rawValue))
      }
      if !columns.contains(column) { columns.append(column) }
    }
    return columns
  }
}

extension APICall {
  /// The stored snapshot.
  ///
  /// - Throws: what there is not yet: a directory (R6), a complete run.
  func snapshot() async throws -> Snapshot {
    try await administration.session.snapshot(live: false)
  }

  /// The tenant at a glance.
  fileprivate func summary() async throws -> [String: Any] {
    let head = try await administration.store().head()
    let report = await administration.parts.scheduler.report(of: tenant.name)
    let next = report.flatMap { Int64(exactly: $0.nextRun.rounded()) }
    return [
      "tenant": tenant.name, "displayName": tenant.displayName,
      "snapshot": HistoryJSON.orNull(
        head.map {
          [
            "run": $0.run.id, "startedAt": $0.run.startedAt, "completedAt": $0.run.completedAt,
          ] as [String: Any]
        }),
      "counts": HistoryJSON.orNull(head.map { HistoryJSON.counts($0.run) }),
      "lastFailure": HistoryJSON.orNull(
        head?.lastFailure.map {
          [
            "run": $0.id, "at": $0.completedAt, "message": $0.message ?? $0.outcome.rawValue,
          ] as [String: Any]
        }),
      "nextRun": HistoryJSON.orNull(next.map { Timestamp(secondsSince1970: $0).description }),
      "running": report?.isRunning ?? false,
      "interval": tenant.synchronization.interval.components.seconds,
    ]
  }
}

/// The object of `review --output json` for one page, with the member `page` added.
struct ReviewDocument: Sendable {
  let call: APICall
  let snapshot: Snapshot
  let listing: ReviewListing

  func bytes(_ store: any TenantStoring) async throws -> [UInt8] {
    let plugin = BuiltInPlugins.document
    var page = snapshot
    page.rows = PageRows(keys: listing.keys, store: store)
    var bytes = try await SnapshotExport(
      snapshot: page, plugin: plugin, columns: plugin.declaration.columns
    ).bytes(tenant: call.tenant.name)
    let end = Array("}\n".utf8)
    guard bytes.suffix(end.count).elementsEqual(end) else {
      throw WebFailure(.internalServerError, "the document does not end as it should")
    }
    bytes.removeLast(end.count)
    var member = APICall.page(listing.query.page, listing.total, hasMore: listing.hasMore)
    member["keys"] = listing.keys.map(\.description)
    return bytes + Array(",\n \"page\":".utf8) + Array(try JSONAnswer.text(member).utf8).dropLast()
      + end
  }
}

/// Some rows of a snapshot, as an exporter takes them.
struct PageRows: SnapshotRows {
  let keys: [RowKey]
  let store: any TenantStoring

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    try body(try await store.rows(keys, columns: columns))
  }
}

extension SnapshotExport {
  /// All of a small export.
  func bytes(tenant: String) async throws -> [UInt8] {
    let collected = Collected()
    try await write(tenant: tenant) { bytes in collected.bytes.withLock { $0 += bytes } }
    return collected.bytes.withLock { $0 }
  }
}

private final class Collected: Sendable {
  let bytes = Mutex<[UInt8]>([])
}
