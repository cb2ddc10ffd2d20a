internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// A file that is sent while it is written: memory does not grow with it, and a client that reads slowly
/// holds the writing back.
struct Download: Sendable {
  /// `[a-z0-9.-]`: nothing in it can end the header.
  let fileName: String
  let mediaType: String

  /// CSV with a line of headings.
  static let csv = "text/csv; charset=utf-8; header=present"

  /// The answer.
  ///
  /// - Parameters:
  ///   - pass: held until the last byte was sent.
  ///   - write: writes the whole file.
  func response(
    _ pass: DownloadLimit.Pass,
    _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
  ) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: mediaType,
        .contentDisposition: "attachment; filename=\"\(fileName)\"",
      ],
      body: ResponseBody { writer in
        try await write(&writer)
        try await writer.finish(nil)
        _ = pass
      })
  }
}

/// Lets so many downloads begin at once, of one tenant fewer, and nobody wait.
final class DownloadLimit: Sendable {
  /// A download that was let in; its place is free once nobody holds this any more.
  final class Pass: Sendable {
    private let owner: DownloadLimit
    private let tenant: String

    fileprivate init(_ owner: DownloadLimit, _ tenant: String) {
      self.owner = owner
      self.tenant = tenant
    }

    deinit { owner.leave(tenant) }
  }

  private let limit: Int
  private let limitOfTenant: Int
  private let inside = Mutex<[String: Int]>([:])

  /// - Parameters:
  ///   - limit: of all tenants.
  ///   - limitOfTenant: of one.
  init(limit: Int, ofTenant limitOfTenant: Int) {
    self.limit = limit
    self.limitOfTenant = limitOfTenant
  }

  /// A pass.
  ///
  /// - Throws: ``WebFailure`` if there is no room.
  func enter(_ tenant: String) throws -> Pass {
    try inside.withLock { inside in
      let own = inside[tenant, default: 0]
      guard own < limitOfTenant, inside.values.reduce(0, +) < limit else {
        throw WebFailure(
          .serviceUnavailable, "too many downloads at once; try again in a minute")
      }
      inside[tenant] = own + 1
    }
    return Pass(self, tenant)
  }

  private func leave(_ tenant: String) {
    inside.withLock { inside in
      let own = inside[tenant, default: 1] - 1
      inside[tenant] = own > 0 ? own : nil
    }
  }
}
