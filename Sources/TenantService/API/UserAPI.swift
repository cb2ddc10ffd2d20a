internal import Authorization
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization
internal import TenantCore
internal import Workbench

/// The application's users with their profiles.
struct UserAPI: Sendable {
  let api: APIRoutes
  private let turns = UserTurns()

  init(api: APIRoutes) { self.api = api }

  /// The longest value of a field.
  private static let longestValue = 256

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/users", "users list") { call in
      let query = try UsersQuery(
        try call.query(.word("show"), .search, .word("sort"), .order, .page, .size))
      let store = try await call.administration.store()
      return try await call.answerOfRevision(store) {
        let listing = try await call.administration.users(query, store)
        let object: [String: Any] = [
          "tenant": call.tenant.name, "users": listing.users.map(UserJSON.object),
          "page": APICall.page(query.page, listing.total, hasMore: listing.hasMore),
        ]
        return Array(try JSONAnswer.text(object).utf8)
      }
    }
    api.on(router, .get, "/users/:userName", "users show") { call in
      _ = try call.query()
      return try call.taggedAnswer(UserJSON.object(try await Self.user(call)))
    }
    api.on(router, .patch, "/users/:userName", "users edit", patch)
  }

  private static func user(_ call: APICall) async throws -> UserDetail {
    let name = try call.parameter("userName")
    guard name.unicodeScalars.count <= LinkAPI.longestName,
      let user = try await call.administration.store().user(named: name)
    else { throw APIProblem.nothingHere }
    return user
  }

  private func patch(_ call: APICall) async throws -> Response {
    _ = try call.query()
    let edit = try await Self.edit(call.request)
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
      let bytes = Array(try JSONAnswer.text(UserJSON.object(user)).utf8)
      guard EntityTag(bytes: bytes).isIn(ifMatch: field) else {
        throw WebFailure(
          .preconditionFailed, "the user has changed meanwhile; read it again and decide anew")
      }
    }
    try await call.administration.edit(found.userName, edit)
    let object = UserJSON.object(try await Self.user(call))
    let tag = EntityTag(bytes: Array(try JSONAnswer.text(object).utf8))
    return try call.answer(object, headers: APICall.headers(tag))
  }

  private static func edit(_ request: Request) async throws -> UserEdit {
    let known = ["windowsLogin"] + ProfileField.allCases.map(\.rawValue) + ["active"]
    let body = try await JSONBody(request, known: known)
    guard !body.isEmpty else {
      throw WebFailure(
        .badRequest, "nothing is to be changed; known: \(known.joined(separator: ", "))")
    }
    var edit = UserEdit(isActive: try body.flag("active"))
    edit.windowsLogin = try body.text("windowsLogin", longest: longestValue)
    for field in ProfileField.allCases {
      edit.fields[field] = try body.text(field.rawValue, longest: longestValue)
    }
    return edit
  }
}

/// A user as an object.
enum UserJSON {
  static func object(_ user: UserDetail) -> [String: Any] {
    [
      "userName": user.userName, "active": user.isActive,
      "windowsLogin": HistoryJSON.orNull(user.windowsLogin),
      "windowsLoginLocked": user.isLoginLocked,
      "linked": HistoryJSON.orNull(
        user.link.map {
          ["domain": $0.domain, "login": $0.login, "objectGUID": $0.guid.description]
        }),
      "held": HistoryJSON.orNull(user.hold.map(held)),
      "effective": fields { user.effective($0) },
      "profiles": Dictionary(
        Profile.allCases.map { profile in
          (profile.rawValue, fields { user.profiles[profile]?[$0] })
        }, uniquingKeysWith: { first, _ in first }),
    ]
  }

  /// The unlink that holds a user.
  private static func held(_ release: Release) -> [String: Any] {
    [
      "actor": release.actor, "at": release.releasedAt,
      "comment": HistoryJSON.orNull(release.comment), "domain": release.domain,
      "login": release.login, "objectGUID": release.guid.description,
    ]
  }

  private static func fields(_ value: (ProfileField) -> String?) -> [String: Any] {
    Dictionary(
      ProfileField.allCases.map { ($0.rawValue, HistoryJSON.orNull(value($0))) },
      uniquingKeysWith: { first, _ in first })
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
