internal import Administration
internal import Hummingbird
internal import NIOCore
internal import PluginContract
internal import TenantCore

extension AuthorizedTenant {
  /// Writes to the installation's audit that a file is taken; a question for the head takes none.
  func recordExport(_ what: String) async {
    guard !isHeadOnly else { return }
    await session.recordExport(what, at: parts.clock.date())
  }

  /// All users of the application as CSV.
  func usersDownload() async throws -> Response {
    let pass = try parts.downloads.enter(tenant.name)
    let export = try await session.usersExport()
    await recordExport("users as csv")
    let file = Download(fileName: "\(tenant.name)-users.csv", mediaType: Download.csv)
    return file.response(pass) { writer in
      try await export.write { try await writer.write(ByteBuffer(string: $0)) }
    }
  }

  /// The evidence of a signed round of review.
  func evidenceDownload(ofReview number: Int64) async throws -> Response {
    let pass = try parts.downloads.enter(tenant.name)
    let evidence = try await session.evidence(ofReview: number)
    await recordExport("evidence of review \(number)")
    let file = Download(
      fileName: "\(tenant.name)-review-\(number).zip", mediaType: "application/zip")
    return file.response(pass, within: SnapshotDownload.longestTime) { sink in
      try await evidence.write(to: sink)
    }
  }

  /// A list of the history as CSV.
  func historyDownload(
    _ table: HistoryExport.Table, fitting filter: HistoryFilter
  ) async throws -> Response {
    let pass = try parts.downloads.enter(tenant.name)
    let export = try await session.historyExport(table, fitting: filter)
    await recordExport("history: \(table.rawValue) as csv")
    let file = Download(
      fileName: "\(tenant.name)-\(table.rawValue).csv", mediaType: Download.csv)
    return file.response(pass) { writer in
      try await export.write { try await writer.write(ByteBuffer(string: $0)) }
    }
  }
}

extension Download {
  /// The answer, with bytes that come on the store's own thread, which waits while the client does not read.
  func response(
    _ pass: DownloadLimit.Pass, within longestTime: Duration,
    _ write: @escaping @Sendable (@escaping @Sendable ([UInt8]) throws -> Void) async throws -> Void
  ) -> Response {
    response(pass) { writer in
      let channel = BoundedChannel<[UInt8]>(capacity: 4)
      let work = Task {
        do {
          try await write { if !$0.isEmpty { try channel.send($0) } }
          channel.finish(.success(()))
        } catch {
          channel.finish(.failure(error))
        }
      }
      let limit = Task {
        try await Task.sleep(for: longestTime)
        channel.cancel()
      }
      defer {
        limit.cancel()
        channel.cancel()
        work.cancel()
      }
      while let bytes = try await channel.next() {
        try await writer.write(ByteBuffer(bytes: bytes))
      }
    }
  }
}

/// All directory users as a file (R2).
struct SnapshotDownload: Sendable {
  let authorized: AuthorizedTenant
  /// A built-in format's name.
  let format: String
  var columns: [RowColumn]?
  var isExact = false
  var hasByteOrderMark = false

  /// How long a download may take: it reads one snapshot in one transaction, which holds up no run, but
  /// keeps the store's log from being emptied. A million rows need 1 MiB in 6 seconds.
  static let longestTime = Duration.seconds(30 * 60)

  /// The formats that are offered; outside exporters are for the command line.
  static let formats = ["csv", "json", "ndjson", "html"]

  /// The answer.
  ///
  /// - Throws: what ends it before its first byte: no complete run, too many downloads at once.
  func response() async throws -> Response {
    guard Self.formats.contains(format) else { throw WebFailure.notFound }
    let (name, session) = (authorized.tenant.name, authorized.session)
    let plugin = try session.exporter(named: format)
    let snapshot = try await session.snapshot(live: false)
    var export = SnapshotExport(
      snapshot: snapshot, plugin: plugin, columns: columns ?? plugin.declaration.columns)
    export.isExact = isExact
    export.hasByteOrderMark = hasByteOrderMark
    let pass = try authorized.parts.downloads.enter(name)
    await authorized.recordExport("directory users as \(format)")
    let file = Download(
      fileName: "\(name)-active-directory-users.\(format)", mediaType: Self.type(of: format))
    return file.response(pass, within: Self.longestTime) { [export] sink in
      try await export.write(tenant: name, to: sink)
    }
  }

  private static func type(of format: String) -> String {
    switch format {
    case "csv": Download.csv
    case "json": "application/json"
    case "ndjson": "application/x-ndjson"
    default: "text/html; charset=utf-8"
    }
  }
}
