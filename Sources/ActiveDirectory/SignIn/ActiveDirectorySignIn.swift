package import Authorization
package import Logging
internal import OperatingSystem
package import TenantCore

/// Verifies sign-ins by a bind to the tenant's live directories (A3), and asks them later whether who
/// signed in still may.
///
/// The account that reads the directory finds the person and the person's groups, then a second
/// connection binds as the person. Both keep to the rules of a read: the hosts in their order, TLS
/// or loopback, no referral followed. The password is sent once and to one host only.
package struct ActiveDirectorySignIn: DirectorySignIn {
  /// Sign-ins of this process at once, and how many more may wait: a flood opens no more
  /// connections than these to the directories.
  private static let limit = ConcurrencyLimit(
    running: 8, queued: 64,
    rejection: DirectoryError(
      .unavailable, "too many people sign in at the same time; try again in a moment"))
  /// A sign-in may take this many times the longest timeout of the tenant's directories: a host that
  /// hangs, the next one, and what is asked there.
  private static let patience = 4
  /// Checks of who signed in before, apart from the sign-ins: strangers cannot hold them up.
  private static let checking = ConcurrencyLimit(
    running: 8, queued: 256,
    rejection: DirectoryError(
      .unavailable, "too many people are looked for at the same time; try again in a moment"))
  /// How long a check may take, and each of its answers: a page waits for it.
  private static let (longestCheck, longestAnswer) = (Duration.seconds(10), Duration.seconds(4))

  private let logger: Logger

  /// Makes it; nothing is opened.
  package init(logger: Logger) { self.logger = logger }

  /// The person, or nil if no live directory of the tenant takes the login with the password.
  ///
  /// A login without a domain that several directories know is nobody's: `DOMAIN\login` says whose
  /// it is. A group of another directory counts if the person's own directory counts the person in.
  ///
  /// - Parameter groups: whole DNs.
  /// - Throws: ``DirectoryError`` if a directory could not be asked.
  package func person(
    of attempt: SignInAttempt, groups: [String]
  ) async throws -> DirectoryPerson? {
    let readers = liveDirectories(of: attempt.tenant)
    guard let timeout = readers.map(\.settings.timeout).max() else {
      logger.notice(
        """
        nobody can sign in to tenant '\(attempt.tenant.name)' with a directory's password: no \
        directory of it has 'source: ldap'
        """)
      return nil
    }
    let (use, logger) = (PasswordUse(), logger)
    do {
      return try await Self.within(timeout * Self.patience, "a sign-in") {
        try await Self.limit.run {
          try await OwnThread.run { cancellation in
            let links = readers.map { DirectoryLink($0, cancellation) }
            return try SignInRun(
              attempt: attempt, groups: groups, links: links, use: use, logger: logger
            ).person()
          }
        }
      }
    } catch {
      if use.giveUp() { throw PasswordNotSent(cause: error) }
      throw error
    }
  }

  /// Somebody who signed in, as the directory knows them now.
  ///
  /// - Throws: ``DirectoryError`` if it could not be asked, within ten seconds at the most.
  package func person(
    again person: DirectoryPerson, of tenant: Tenant, groups: [String], at moment: Timestamp
  ) async throws -> DirectoryPerson? {
    let readers = liveDirectories(of: tenant, longestAnswer: Self.longestAnswer)
    let logger = logger
    return try await Self.within(Self.longestCheck, "a check of who is signed in") {
      try await Self.checking.run {
        try await OwnThread.run { cancellation in
          let links = readers.map { DirectoryLink($0, cancellation) }
          return try PersonCheck(
            person: person, groups: groups, links: links, moment: moment, logger: logger
          ).run()
        }
      }
    }
  }

  private func liveDirectories(
    of tenant: Tenant, longestAnswer: Duration? = nil
  ) -> [LDAPDirectoryReader] {
    tenant.directories.enumerated().compactMap { index, directory in
      guard case .ldap(var settings) = directory.source else { return nil }
      if let longestAnswer { settings.timeout = min(settings.timeout, longestAnswer) }
      return LDAPDirectoryReader(
        directory: directory, index: index, settings: settings, logger: logger)
    }
  }

  private static func within(
    _ limit: Duration, _ what: String,
    _ work: @escaping @Sendable () async throws -> DirectoryPerson?
  ) async throws -> DirectoryPerson? {
    try await withThrowingTaskGroup(of: DirectoryPerson?.self) { group in
      defer { group.cancelAll() }
      group.addTask(operation: work)
      group.addTask {
        try await Task.sleep(for: limit)
        throw DirectoryError(
          .unavailable,
          "\(what) was given up after \(limit.inSeconds); check the directory's hosts")
      }
      return try await group.next() ?? nil
    }
  }
}
