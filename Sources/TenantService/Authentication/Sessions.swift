internal import Administration
internal import Authorization
internal import Foundation
internal import TenantCore

/// Somebody who signed in, for one tenant or as an operator.
struct Session: Sendable {
  /// The tenant; nil for an operator, who may be of several.
  let tenant: String?
  /// The token in the session's cookie.
  let token: String
  /// What is kept of it, as it was when it was looked for.
  fileprivate(set) var kept: KeptSession

  /// Who it is, as was found out when it was last asked.
  var signedIn: SignedIn { kept.signedIn }

  /// Who it is.
  var actor: Actor { signedIn.actor }

  /// The token that proves that a form is of this session: made of the cookie's, which it does not give away, so
  /// that it need not be kept.
  var formToken: String { Secrets.digestText("form\n" + token) }

  /// What the next page tells.
  var flash: Flash? { kept.message.flatMap { Flash(kept: $0) } }

  fileprivate var key: SessionKey { SessionKey(tenant: tenant, digest: Secrets.digest(token)) }
}

/// The sessions, found by the tokens of their cookies.
struct Sessions: Sendable {
  private let store: any SessionKeeping

  /// - Parameter store: keeps them by the digests of their tokens, so that what is kept reveals none.
  init(_ store: any SessionKeeping) { self.store = store }

  /// Begins a session, with a token that was never used before.
  ///
  /// - Parameter tenant: nil for an operator.
  /// - Returns: the token for the cookie.
  func begin(_ signedIn: SignedIn, tenant: String?) async throws -> String {
    let token = Secrets.random()
    try await store.begin(SessionKey(tenant: tenant, digest: Secrets.digest(token)), signedIn)
    return token
  }

  /// The session of a cookie's token, which is thereby used; nil if it has ended.
  ///
  /// - Parameter tenant: whose cookie it is; nil for an operator's.
  func session(_ token: String, of tenant: String?) async throws -> Session? {
    let key = SessionKey(tenant: tenant, digest: Secrets.digest(token))
    return try await store.session(key).map { Session(tenant: tenant, token: token, kept: $0) }
  }

  /// The session as it is now; nil if it has ended.
  func session(_ session: Session) async throws -> Session? {
    try await self.session(session.token, of: session.tenant)
  }

  /// Takes what was found out of the person of a session.
  ///
  /// - Returns: the session as it is then.
  func renew(_ session: Session, _ signedIn: SignedIn) async throws -> Session {
    try await store.renew(session.key, signedIn)
    var session = session
    session.kept.signedIn = signedIn
    session.kept.sinceChecked = .zero
    session.kept.sinceUnanswered = nil
    return session
  }

  /// Takes note that nothing could be found out.
  func noteUnanswered(_ session: Session) async throws {
    try await store.noteUnanswered(session.key)
  }

  /// Leaves something to be told on the session's next page; nil once it was told.
  func put(_ flash: Flash?, _ session: Session) async throws {
    try await store.put(flash?.kept, session.key)
  }

  /// Ends a session.
  func end(_ session: Session) async throws { try await store.end(session.key) }
}

/// How something is meant, as the style sheet calls it.
enum Tone: String, Sendable, Codable { case good, warn, bad }

/// What is told once, on the next page.
struct Flash: Sendable, Codable {
  let tone: Tone
  let text: String
  /// Where a form goes that undoes what was done; nil if nothing can be undone.
  let undoAction: String?

  init(tone: Tone, text: String, undo: String? = nil) {
    self.tone = tone
    undoAction = undo
    self.text = DisplayText.safe(text)
  }

  fileprivate init?(kept text: String) {
    guard let flash = try? JSONDecoder().decode(Flash.self, from: Data(text.utf8)) else {
      return nil
    }
    self = flash
  }

  fileprivate var kept: String? {
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) }
  }
}
