internal import Administration
internal import Hummingbird
internal import TenantCore

/// Unlink, link, allow again, alone and many at once: all that is named, or nothing (U1 to U5).
struct LinkAPI: Sendable {
  let api: APIRoutes

  /// The most rows, logins and users of each kind at once.
  static let most = 1000
  /// The most links of a list; a spreadsheet has as many as its bytes hold.
  static let mostListed = 10_000
  /// The longest list or spreadsheet.
  static let longestList = 4 << 20
  /// The longest reason.
  static let longestReason = 1000
  /// The longest name of a user, and the longest login.
  static let longestName = 256
  /// The longest key of a row: that of a distinguished name of 64 KiB.
  private static let longestRow = 1 + 2 * 65536
  /// The most wrong lines that are named.
  private static let mostProblems = 100

  func add(to router: Router<WebContext>) {
    api.on(router, .post, "/links", "links import", importLinks)
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
        try await call.authorized.session.relink(targets, reason: reason, dryRun: dryRun))
    }
    api.on(router, .post, "/links/undo", "links undo") { call in
      _ = try call.query()
      let body = try await JSONBody(call.request, known: ["request", "reason", "dryRun"])
      let dryRun = try body.flag("dryRun") ?? false
      return try Self.answer(
        call, dryRun,
        try await call.authorized.session.undoLinks(
          request: try body.number("request"), reason: try Self.reason(body), dryRun: dryRun))
    }
    api.on(router, .post, "/links/link", "link") { call in
      _ = try call.query()
      let body = try await JSONBody(
        call.request, known: ["row", "login", "userName", "reason", "dryRun"])
      guard let target = try Self.directoryUser(body) else {
        throw WebFailure(.badRequest, "'row' or 'login' is missing")
      }
      let userName = try body.neededText("userName", longest: Self.longestName)
      let reason = try Self.reason(body)
      let dryRun = try body.flag("dryRun") ?? false
      return try Self.answer(
        call, dryRun,
        try await call.authorized.session.link(
          [LinkPair(target, to: userName)], reason: reason, dryRun: dryRun))
    }
  }

  // MARK: - Many at once

  private func importLinks(_ call: APICall) async throws -> Response {
    let dryRun = try call.query(.word("dryRun")).flag("dryRun")
    guard call.request.mediaType != "text/csv" else { return try await importSheet(call, dryRun) }
    let body = try await JSONBody(
      call.request, known: ["links", "dryRun"], upTo: Self.longestList)
    let links = try body.objects(
      "links", known: ["action", "row", "login", "user", "userName", "reason"])
    guard (1...Self.mostListed).contains(links.count) else {
      throw WebFailure(.badRequest, "'links' must have from 1 to \(Self.mostListed) members")
    }
    let wishes = try links.map(Self.wish)
    let isDry = try body.flag("dryRun") ?? dryRun
    return try Self.answer(
      call, isDry, try await call.authorized.session.change(wishes, dryRun: isDry))
  }

  private func importSheet(_ call: APICall, _ dryRun: Bool) async throws -> Response {
    let bytes = try await call.request.bytes(upTo: Self.longestList)
    do {
      return try Self.answer(
        call, dryRun,
        try await call.authorized.session.changeLinks(
          sheet: Array(bytes.readableBytesView), named: "body", dryRun: dryRun))
    } catch let error as SheetError {
      let lines = error.problems.prefix(Self.mostProblems).map { "line \($0.line): \($0.message)" }
      let more = error.problems.count - lines.count
      throw WebFailure(
        .conflict,
        (lines + (more > 0 ? ["and \(more) more wrong lines"] : [])).joined(separator: "\n"))
    }
  }

  private static func wish(_ body: JSONBody) throws -> LinkWish {
    let word = try body.neededText("action", longest: 16)
    guard let action = LinkWish.Action(rawValue: word) else {
      throw FormFields.unknown("action", word, known: LinkWish.Action.allCases.map(\.rawValue))
    }
    let targets =
      try [directoryUser(body)].compactMap(\.self)
      + [body.optionalText("user", longest: longestName)].compactMap { $0.map(LinkTarget.user) }
    guard let target = targets.first, targets.count == 1 else {
      throw WebFailure(.badRequest, "each link needs one of 'row', 'login' and 'user'")
    }
    return LinkWish(
      action, target, userName: try body.optionalText("userName", longest: longestName),
      reason: try reason(body))
  }

  // MARK: - What bodies name

  private static func answer(
    _ call: APICall, _ dryRun: Bool, _ changes: LinkChanges
  ) throws -> Response {
    try call.answer(DoneAnswer(dryRun: dryRun, changes))
  }

  private static func several(
    _ call: APICall
  ) async throws -> (targets: [LinkTarget], reason: String?, dryRun: Bool) {
    _ = try call.query()
    let body = try await JSONBody(
      call.request, known: ["rows", "logins", "users", "reason", "dryRun"])
    let rows = try body.texts("rows", longest: longestRow)
    let logins = try body.texts("logins", longest: longestName)
    let users = try body.texts("users", longest: longestName)
    guard max(rows.count, logins.count, users.count) <= most else {
      throw WebFailure(
        .badRequest, "at most \(most) rows, \(most) logins and \(most) users at once")
    }
    let targets =
      try rows.map { LinkTarget.row(try key($0)) } + logins.map(LinkTarget.login)
      + users.map(LinkTarget.user)
    guard !targets.isEmpty else {
      throw WebFailure(.badRequest, "'rows', 'logins' or 'users' must name at least one")
    }
    return (targets, try reason(body), try body.flag("dryRun") ?? false)
  }

  /// The rows that a body names by their keys.
  static func rows(_ body: JSONBody) throws -> [LinkTarget] {
    try body.texts("rows", longest: longestRow).map { LinkTarget.row(try key($0)) }
  }

  /// The directory user of `row` or `login`; nil if there is neither.
  private static func directoryUser(_ body: JSONBody) throws -> LinkTarget? {
    let row = try body.text("row", longest: longestRow)
    let login = try body.optionalText("login", longest: longestName)
    guard row == nil || login == nil else {
      throw WebFailure(.badRequest, "give 'row' or 'login', not both")
    }
    if let row { return .row(try key(row)) }
    return login.map(LinkTarget.login)
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
