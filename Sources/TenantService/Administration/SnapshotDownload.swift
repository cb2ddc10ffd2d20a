internal import Administration
internal import Hummingbird
internal import NIOCore
internal import PluginContract
internal import TenantCore
internal import Wiring

/// All directory users as a file that is written while it is sent (R2): memory does not grow with it, and a
/// client that reads slowly holds the writing back.
struct SnapshotDownload: Sendable {
  let administration: TenantAdministration
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
    let administration = administration
    guard let plugin = BuiltInPlugins.exporters.first(where: { $0.declaration.name == format })
    else { throw WebFailure.notFound }
    let snapshot = try await administration.session.snapshot(live: false)
    var export = SnapshotExport(
      snapshot: snapshot, plugin: plugin, columns: columns ?? plugin.declaration.columns)
    export.isExact = isExact
    export.hasByteOrderMark = hasByteOrderMark
    let pass = try administration.parts.downloads.enter(administration.tenant.name)
    let name = administration.tenant.name
    return Response(
      status: .ok,
      headers: [
        .contentType: Self.type(of: format),
        // A tenant's name is [a-z0-9-]: nothing in it can end the header.
        .contentDisposition: "attachment; filename=\"\(name)-active-directory-users.\(format)\"",
      ],
      body: ResponseBody { [export] writer in
        try await Self.write(export, name, to: &writer)
        try await writer.finish(nil)
        _ = pass
      })
  }

  private static func write(
    _ export: SnapshotExport, _ tenant: String, to writer: inout any ResponseBodyWriter
  ) async throws {
    let channel = BoundedChannel<[UInt8]>(capacity: 4)
    let work = Task {
      do {
        try await export.write(tenant: tenant) { if !$0.isEmpty { try channel.send($0) } }
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
    while let bytes = try await channel.next() { try await writer.write(ByteBuffer(bytes: bytes)) }
  }

  private static func type(of format: String) -> String {
    switch format {
    case "csv": "text/csv; charset=utf-8; header=present"
    case "json": "application/json"
    case "ndjson": "application/x-ndjson"
    default: "text/html; charset=utf-8"
    }
  }
}
