internal import Administration
internal import Hummingbird
internal import TenantCore

/// Unlink, link, allow again: all that is named, or nothing (U1 to U5).
struct LinkAPI: Sendable {
  let api: APIRoutes

  /// The most rows, and the most users, at once.
  static let most = 1000
  /// The longest reason.
  static let longestReason = 1000
  /// The longest name of a user.
  static let longestName = 256
  /// The longest key of a row: that of a distinguished name of 64 KiB.
  private static let longestRow = 1 + 2 * 65536

  func add(to router: Router<WebContext>) {
    api.on(router, .post, "/links/unlink", "unlink") { call in
      let (targets, reason, dryRun) = try await Self.several(call)
      return try Self.answer(
        call, dryRun,
        try await call.authorized.session.unlink(
          targets, reason: reason, dryRun: dryRun))
    }
    api.on(router, .post, "/links/allow-again", "relink") { call in
      let (targets, reason, dryRun) = try await Self.several(call)
      return try Self.answer(
        call, dryRun,
        try await call.authorized.session.relink(
          targets, reason: reason, dryRun: dryRun))
    }
    api.on(router, .post, "/links/link", "link") { call in
      _ = try call.query()
      let body = try await JSONBody(call.request, known: ["row", "userName", "reason", "dryRun"])
      let row = try Self.key(try body.neededText("row", longest: Self.longestRow))
      let userName = try body.neededText("userName", longest: Self.longestName)
      let reason = try Self.reason(body)
      let dryRun = try body.flag("dryRun") ?? false
      return try Self.answer(
        call, dryRun,
        try await call.authorized.session.link(
          [LinkPair(.row(row), to: userName)], reason: reason, dryRun: dryRun))
    }
  }

  private static func answer(
    _ call: APICall, _ dryRun: Bool, _ changes: LinkChanges
  ) throws -> Response {
    try call.answer(DoneAnswer(dryRun: dryRun, changes))
  }

  private static func several(
    _ call: APICall
  ) async throws -> (targets: [LinkTarget], reason: String?, dryRun: Bool) {
    _ = try call.query()
    let body = try await JSONBody(call.request, known: ["rows", "users", "reason", "dryRun"])
    let rows = try body.texts("rows", longest: longestRow)
    let users = try body.texts("users", longest: longestName)
    guard max(rows.count, users.count) <= most else {
      throw WebFailure(.badRequest, "at most \(most) rows and \(most) users at once")
    }
    let targets = try rows.map { LinkTarget.row(try key($0)) } + users.map(LinkTarget.user)
    guard !targets.isEmpty else {
      throw WebFailure(.badRequest, "'rows' or 'users' must name at least one")
    }
    return (targets, try reason(body), try body.flag("dryRun") ?? false)
  }

  /// The rows that a body names by their keys.
  static func rows(_ body: JSONBody) throws -> [LinkTarget] {
    try body.texts("rows", longest: longestRow).map { LinkTarget.row(try key($0)) }
  }

  private static func key(_ text: String) throws -> RowKey {
    guard let key = RowKey(text) else {
      throw WebFailure(
        .badRequest, "'\(text.prefix(64))' is not a row's key; 'page.keys' of a review has them")
    }
    return key
  }

  /// Why; nil if it was not said.
  private static func reason(_ body: JSONBody) throws -> String? {
    let reason = try body.text("reason", longest: longestReason)
    return reason.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
  }
}
