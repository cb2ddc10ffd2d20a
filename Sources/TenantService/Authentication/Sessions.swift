internal import Authorization
internal import Synchronization
internal import TenantCore

/// Somebody who signed in, for one tenant or as an operator.
struct Session: Sendable {
  /// The tenant; nil for an operator, who may be of several.
  let tenant: String?
  /// Who it is, as was found out when it was last asked.
  fileprivate(set) var signedIn: SignedIn
  /// The token that proves that a form is of this session.
  let formToken: String
  /// When it began, on the service's clock.
  let began: Duration
  fileprivate(set) var lastUsed: Duration
  /// When it was last found out that the person still has access.
  fileprivate(set) var checked: Duration
  /// When that was last asked in vain; nil if there was an answer since.
  fileprivate(set) var unanswered: Duration?
  /// Pages that are asked for at the same time share one check.
  let checking = ConcurrencyLimit(running: 1, queued: 100, rejection: SessionCheck.unanswered)
  /// What the next page tells.
  fileprivate var flash: Flash?

  /// Who it is.
  var actor: Actor { signedIn.actor }
}

/// The sessions of this process. They end with it: people have to sign in again.
final class Sessions: Sendable {
  /// How long a session lives without a request.
  static let idleTime = Duration.seconds(30 * 60)
  /// How long a session lives at most.
  static let longestTime = Duration.seconds(10 * 60 * 60)
  /// More than these of one actor end the oldest.
  static let mostOfOneActor = 20
  /// More than these end the one that was longest unused.
  static let most = 20_000

  private let clock: ServiceClock
  /// By the digest of their tokens.
  private let sessions = Mutex<[[UInt8]: Session]>([:])

  init(clock: ServiceClock) { self.clock = clock }

  /// Begins a session, with a token that was never used before.
  ///
  /// - Parameter tenant: nil for an operator.
  /// - Returns: the token for the cookie.
  func begin(_ signedIn: SignedIn, tenant: String?) -> String {
    let sessionToken = Secrets.random()
    let now = clock.elapsed()
    let session = Session(
      tenant: tenant, signedIn: signedIn, formToken: Secrets.random(), began: now, lastUsed: now,
      checked: now)
    sessions.withLock { sessions in
      sessions = sessions.filter { Self.isAlive($0.value, now) }
      let own = sessions.filter {
        $0.value.actor.userName == signedIn.actor.userName && $0.value.tenant == tenant
      }
      if own.count >= Self.mostOfOneActor, let oldest = Self.oldest(of: own) {
        sessions[oldest] = nil
      }
      if sessions.count >= Self.most, let oldest = Self.oldest(of: sessions) {
        sessions[oldest] = nil
      }
      sessions[Secrets.digest(sessionToken)] = session
    }
    return sessionToken
  }

  /// The session of a cookie's token; nil if it has ended.
  func session(_ sessionToken: String) -> Session? {
    let key = Secrets.digest(sessionToken)
    let now = clock.elapsed()
    return sessions.withLock { sessions in
      guard var session = sessions[key], Self.isAlive(session, now) else {
        sessions[key] = nil
        return nil
      }
      session.lastUsed = now
      sessions[key] = session
      return session
    }
  }

  /// Takes what was found out of the person of a session.
  func renew(_ sessionToken: String, _ signedIn: SignedIn) {
    let now = clock.elapsed()
    sessions.withLock { sessions in
      let key = Secrets.digest(sessionToken)
      sessions[key]?.signedIn = signedIn
      sessions[key]?.checked = now
      sessions[key]?.unanswered = nil
    }
  }

  /// Takes note that nothing could be found out.
  func noteUnanswered(_ sessionToken: String) {
    let now = clock.elapsed()
    sessions.withLock { $0[Secrets.digest(sessionToken)]?.unanswered = now }
  }

  /// Leaves something to be told on the session's next page.
  func put(_ flash: Flash, _ sessionToken: String) {
    sessions.withLock { $0[Secrets.digest(sessionToken)]?.flash = flash }
  }

  /// What is to be told, once.
  func takeFlash(_ sessionToken: String) -> Flash? {
    sessions.withLock { sessions in
      let key = Secrets.digest(sessionToken)
      defer { sessions[key]?.flash = nil }
      return sessions[key]?.flash
    }
  }

  /// Ends a session.
  func end(_ sessionToken: String) { sessions.withLock { $0[Secrets.digest(sessionToken)] = nil } }

  private static func isAlive(_ session: Session, _ now: Duration) -> Bool {
    now - session.lastUsed < idleTime && now - session.began < longestTime
  }

  private static func oldest(of sessions: [[UInt8]: Session]) -> [UInt8]? {
    sessions.min { $0.value.lastUsed < $1.value.lastUsed }?.key
  }
}

/// How something is meant, as the style sheet calls it.
enum Tone: Sendable { case good, warn, bad }

/// What is told once, on the next page.
struct Flash: Sendable {
  let tone: Tone
  let text: String
  /// Where a form goes that undoes what was done; nil if nothing can be undone.
  let undoAction: String?

  init(tone: Tone, text: String, undo: String? = nil) {
    self.tone = tone
    undoAction = undo
    self.text = DisplayText.safe(text)
  }
}
