internal import Administration
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization
internal import TenantCore

/// The application's users with their profiles.
struct UserAPI: Sendable {
  let api: APIRoutes
  private let turns = UserTurns()

  init(api: APIRoutes) { self.api = api }

  /// The longest value of a field.
  private static let longestValue = 256
  /// The longest users file: some 150,000 users.
  private static let longestFile = 16 << 20

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/users", "users list") { call in
      let query = try UsersQuery(
        try call.query(.word("show"), .search, .word("sort"), .order, .page, .size))
      return try await call.answerOfRevision {
        let listing = try await call.authorized.users(query)
        return UsersAnswer(
          tenant: call.tenant.name, users: listing.users,
          page: PageAnswer(query.page, listing.total, hasMore: listing.hasMore))
      }
    }
    api.on(router, .get, "/users/:userName", "users show") { call in
      _ = try call.query()
      return try call.taggedAnswer(UserAnswer(try await Self.user(call)))
    }
    api.on(router, .patch, "/users/:userName", "users edit", patch)
    api.on(router, .post, "/users-import", "users import", importUsers)
  }

  private func importUsers(_ call: APICall) async throws -> Response {
    let skipInvalid = try call.query(.word("skipInvalid")).flag("skipInvalid")
    guard call.request.mediaType == "text/csv" else {
      throw WebFailure(.unsupportedMediaType, "the body must be of type text/csv")
    }
    let bytes = try await call.request.bytes(upTo: Self.longestFile)
    let report = try await call.authorized.importUsers(
      bytes: Array(bytes.readableBytesView), skipInvalid: skipInvalid)
    return try call.answer(ImportAnswer(tenant: call.tenant.name, report))
  }

  private static func user(_ call: APICall) async throws -> UserDetail {
    let name = try call.parameter("userName")
    guard name.unicodeScalars.count <= LinkAPI.longestName,
      let user = try await call.authorized.session.userIfPresent(name)
    else { throw APIProblem.nothingHere }
    return user
  }

  private func patch(_ call: APICall) async throws -> Response {
    _ = try call.query()
    var edit = try await Self.edit(call.request)
    let found = try await Self.user(call)
    // Between the look at the user and the edit nobody else who came this way edits it.
    let turn = UserTurns.Turn(tenant: call.tenant.name, user: found.id)
    guard turns.begin(turn) else {
      throw WebFailure(
        .conflict, "another change of this user is under way; try again", kind: "incomplete")
    }
    defer { turns.end(turn) }
    if let field = call.request.headers[.ifMatch] {
      let user = try await Self.user(call)
      let tag = EntityTag(bytes: try AnswerEncoder.bytes(UserAnswer(user)))
      guard tag.isIn(ifMatch: field) else {
        throw WebFailure(
          .preconditionFailed,
          "the user was changed in the meantime; read it again, then repeat your change")
      }
      // Another host, or a command, may come in between.
      edit.expected = user
    }
    try await call.authorized.edit(found.userName, edit)
    let answer = UserAnswer(try await Self.user(call))
    let tag = EntityTag(bytes: try AnswerEncoder.bytes(answer))
    return try call.answer(answer, headers: APICall.headers(tag))
  }

  private static func edit(_ request: Request) async throws -> UserEdit {
    let known = ["windowsLogin"] + ProfileField.allCases.map(\.rawValue) + ["active"]
    let body = try await JSONBody(request, known: known)
    guard !body.isEmpty else {
      throw WebFailure(
        .badRequest, "name at least one field to change; known: \(known.joined(separator: ", "))")
    }
    var edit = UserEdit(isActive: try body.flag("active"))
    edit.windowsLogin = try body.text("windowsLogin", longest: longestValue)
    for field in ProfileField.allCases {
      edit.fields[field] = try body.text(field.rawValue, longest: longestValue)
    }
    return edit
  }
}

/// Which users are being edited.
final class UserTurns: Sendable {
  struct Turn: Hashable, Sendable {
    let tenant: String
    let user: Int64
  }

  private let turns = Mutex<Set<Turn>>([])

  /// False if the user is being edited already.
  func begin(_ turn: Turn) -> Bool { turns.withLock { $0.insert(turn).inserted } }

  func end(_ turn: Turn) { turns.withLock { _ = $0.remove(turn) } }
}
