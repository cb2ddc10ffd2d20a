internal import Administration
internal import Authorization
internal import HTTPTypes
internal import Logging
internal import Synchronization
internal import TenantCore

/// Finds out whether somebody who signed in still has access (A3).
///
/// A local user is looked for at every request, where the passwords are kept. A directory is asked with the account
/// that reads: at once before a change, and for reading from time to time. While it cannot be asked, nothing is
/// changed, and reading goes on for a while, so that a restart of a domain controller throws nobody out.
struct SessionCheck: Sendable {
  /// How long a directory's answer holds for reading: short enough that who was disabled for a cause sees
  /// little more, long enough that a person at work costs the directory a search or two a minute.
  static let interval = Duration.seconds(2 * 60)
  /// How long a directory that did not answer is left alone, so that not every page waits for it.
  static let pause = Duration.seconds(30)
  /// How long reading goes on without an answer: longer than a domain controller takes to start again, and
  /// shorter than a session without a request lives.
  static let longestUnanswered = Duration.seconds(15 * 60)

  /// The answer if that cannot be found out.
  static let unanswered = WebFailure(
    .serviceUnavailable,
    "the tenant's directory cannot be asked now whether you still have access; nothing was "
      + "changed, try again in a moment", kind: "directory-unavailable")

  let sessions: Sessions
  let authenticator: Authenticator
  let clock: ServiceClock
  let logger: Logger
  private let checks = ChecksUnderWay()

  init(sessions: Sessions, authenticator: Authenticator, clock: ServiceClock, logger: Logger) {
    self.sessions = sessions
    self.authenticator = authenticator
    self.clock = clock
    self.logger = logger
  }

  /// A session that was found, as it is now; nil if it has ended.
  ///
  /// - Parameter isChange: true to ask the directory now.
  /// - Throws: ``unanswered``.
  func run(
    _ session: Session, _ tenant: Tenant, _ policy: AccessPolicy, isChange: Bool
  ) async throws -> Session? {
    if isChange || !session.signedIn.isOfDirectory {
      return try await ask(session, tenant, policy)
    }
    guard isDue(session, policy) else { return session }
    return try await checks.oneAtATime(session.token) {
      guard let session = try await sessions.session(session) else { return nil }
      guard isDue(session, policy) else { return session }
      return try await reading(session, tenant, policy)
    }
  }

  /// An operator's session as it is now; nil if it has ended. The operator is looked for each time.
  func runOperator(_ session: Session) async throws -> Session? {
    guard try await authenticator.checkOperator(session.signedIn) != nil else {
      try await sessions.end(session)
      return nil
    }
    return session
  }

  private func isDue(_ session: Session, _ policy: AccessPolicy) -> Bool {
    session.kept.sinceChecked >= Self.interval || !session.signedIn.knowsGroups(of: policy)
  }

  private func reading(
    _ session: Session, _ tenant: Tenant, _ policy: AccessPolicy
  ) async throws -> Session? {
    do {
      let isLeftAlone = session.kept.sinceUnanswered.map { $0 < Self.pause } ?? false
      if isLeftAlone { throw Self.unanswered }
      return try await ask(session, tenant, policy)
    } catch let failure as WebFailure {
      guard session.kept.sinceChecked < Self.longestUnanswered else { throw failure }
      return session
    }
  }

  private func ask(
    _ session: Session, _ tenant: Tenant, _ policy: AccessPolicy
  ) async throws -> Session? {
    guard let now = try await person(of: session, tenant, policy) else {
      try await sessions.end(session)
      return nil
    }
    // Of a local user nothing is new.
    return session.signedIn.isOfDirectory ? try await sessions.renew(session, now) : session
  }

  private func person(
    of session: Session, _ tenant: Tenant, _ policy: AccessPolicy
  ) async throws -> SignedIn? {
    do {
      return try await authenticator.check(
        session.signedIn, of: tenant, policy: policy, at: clock.date())
    } catch  where session.signedIn.isOfDirectory && !(error is CancellationError) {
      try await sessions.noteUnanswered(session)
      logger.warning(
        "who is signed in could not be checked: \(error)",
        metadata: ["tenant": "\(tenant.name)", "actor": "\(session.actor.userName)"])
      throw Self.unanswered
    }
  }
}

/// The sessions whose persons are being asked for: pages that come at the same time share one check.
private final class ChecksUnderWay: Sendable {
  private struct Check {
    let limit = ConcurrencyLimit(running: 1, queued: 100, rejection: SessionCheck.unanswered)
    var users = 0
  }

  /// By the tokens of their sessions.
  private let checks = Mutex<[String: Check]>([:])

  func oneAtATime<Value: Sendable>(
    _ token: String, _ work: @Sendable () async throws -> Value
  ) async throws -> Value {
    let limit = checks.withLock { checks in
      checks[token, default: Check()].users += 1
      return checks[token, default: Check()].limit
    }
    defer {
      checks.withLock { checks in
        checks[token]?.users -= 1
        if checks[token]?.users == 0 { checks[token] = nil }
      }
    }
    return try await limit.run(work)
  }
}
