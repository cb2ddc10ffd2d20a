internal import Authorization
internal import HTTPTypes
internal import Logging
internal import TenantCore

/// Finds out whether somebody who signed in still has access (A3).
///
/// A local user is looked for in the access file at every request. A directory is asked with the account that
/// reads: at once before a change, and for reading from time to time. While it cannot be asked, nothing is
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

  /// The session as it is now; nil if it has ended.
  ///
  /// - Parameter isChange: true to ask the directory now.
  /// - Throws: ``unanswered``.
  func run(
    _ sessionToken: String, _ tenant: Tenant, _ policy: AccessPolicy, isChange: Bool
  ) async throws -> Session? {
    guard let session = sessions.session(sessionToken) else { return nil }
    if isChange || !session.signedIn.isOfDirectory {
      return try await ask(session, sessionToken, tenant, policy)
    }
    guard isDue(session, policy) else { return session }
    return try await session.checking.run {
      guard let session = sessions.session(sessionToken) else { return nil }
      guard isDue(session, policy) else { return session }
      return try await reading(session, sessionToken, tenant, policy)
    }
  }

  /// An operator's session as it is now; nil if it has ended. The operators' file is looked at each time.
  func runOperator(_ sessionToken: String) async throws -> Session? {
    guard let session = sessions.session(sessionToken) else { return nil }
    guard try await authenticator.checkOperator(session.signedIn) != nil else {
      sessions.end(sessionToken)
      return nil
    }
    return session
  }

  private func isDue(_ session: Session, _ policy: AccessPolicy) -> Bool {
    clock.elapsed() - session.checked >= Self.interval
      || !session.signedIn.knowsGroups(of: policy)
  }

  private func reading(
    _ session: Session, _ sessionToken: String, _ tenant: Tenant, _ policy: AccessPolicy
  ) async throws -> Session? {
    let now = clock.elapsed()
    let isLeftAlone = session.unanswered.map { now - $0 < Self.pause } ?? false
    do {
      if isLeftAlone { throw Self.unanswered }
      return try await ask(session, sessionToken, tenant, policy)
    } catch {
      guard now - session.checked < Self.longestUnanswered else { throw error }
      return session
    }
  }

  private func ask(
    _ session: Session, _ sessionToken: String, _ tenant: Tenant, _ policy: AccessPolicy
  ) async throws -> Session? {
    do {
      let now = try await authenticator.check(
        session.signedIn, of: tenant, policy: policy, at: clock.date())
      guard let now else {
        sessions.end(sessionToken)
        return nil
      }
      sessions.renew(sessionToken, now)
      return sessions.session(sessionToken)
    } catch  where session.signedIn.isOfDirectory && !(error is CancellationError) {
      sessions.noteUnanswered(sessionToken)
      logger.warning(
        "who is signed in could not be checked: \(error)",
        metadata: ["tenant": "\(tenant.name)", "actor": "\(session.actor.userName)"])
      throw Self.unanswered
    }
  }
}
