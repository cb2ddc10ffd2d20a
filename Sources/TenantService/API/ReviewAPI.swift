internal import Administration
internal import Hummingbird
internal import PluginContract
internal import TenantCore

/// The tenant at a glance, the review, and the export.
struct ReviewAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "", "review") { call in
      _ = try call.query()
      return try await call.answer(call.summary())
    }
    api.on(router, .get, "/review", "review", review)
    api.on(router, .get, "/export", "export", export)
  }

  private func review(_ call: APICall) async throws -> Response {
    let fields = try call.query(
      .word("filter"), .word("state", mayRepeat: true), .text("domain"), .word("account"),
      .text("changedSince", longest: 19), .search, .word("sort"), .order, .page, .size)
    let query = try ReviewQuery(fields, domains: call.tenant.directories.map(\.domain))
    // Decisions and signatures change which rows these are, and are no part of the tables' revision.
    guard !query.isOfAttention, query.changedSince != .review else {
      return try call.taggedAnswer(try await answer(call, query))
    }
    return try await call.answerOfRevision { try await answer(call, query) }
  }

  private func answer(_ call: APICall, _ query: ReviewQuery) async throws -> ReviewAnswer {
    // Before the rows: what changes in between counts as not seen.
    let seen = try await call.authorized.session.lastRowChange()
    let snapshot = try await call.snapshot()
    let listing = try await call.authorized.review(query)
    let rows = try await call.authorized.session.rows(listing.keys, columns: RowColumn.snapshot)
    let page = PageAnswer(listing.query.page, listing.total, hasMore: listing.hasMore)
    return ReviewAnswer(
      tenant: call.tenant.name, snapshot, rows: RowAnswer.rows(of: rows), seen: seen,
      page: ReviewPageAnswer(page, keys: listing.keys))
  }

  private func export(_ call: APICall) async throws -> Response {
    let fields = try call.query(
      .word("format"), .text("columns", longest: 400), .word("exact"), .word("bom"))
    var download = SnapshotDownload(
      authorized: call.authorized,
      format: try fields.choice("format", of: Self.formats) ?? "csv")
    download.columns = try fields["columns"].map(Self.columns)
    download.isExact = try fields.flag("exact")
    download.hasByteOrderMark = try fields.flag("bom")
    let revision = try await call.authorized.revision()
    let tag = call.tag(of: revision)
    if tag.isIn(ifNoneMatch: call.request.headers[.ifNoneMatch]) {
      return APICall.notModified(tag)
    }
    var response = try await download.response()
    // All that is sent is of the moment in which the answer was made.
    if try await call.authorized.revision() == revision {
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
      guard let column = RowColumn(rawValue: name), RowColumn.snapshot.contains(column) else {
        throw FormFields.unknown("column", name, known: RowColumn.snapshot.map(\.rawValue))
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
    try await authorized.session.snapshot(live: false)
  }

  /// The tenant at a glance.
  fileprivate func summary() async throws -> TenantAnswer {
    let head = try await authorized.session.head()
    let report = await authorized.report()
    let next = report.flatMap { Int64(exactly: $0.nextRun.rounded()) }
    return TenantAnswer(
      tenant, head: head, nextRun: next.map { Timestamp(secondsSince1970: $0) },
      running: report?.isRunning ?? false)
  }
}
