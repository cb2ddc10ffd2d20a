/// Somebody who signed in, with what it takes to ask later whether they still may.
///
/// Only ``Authenticator`` makes one.
package struct SignedIn: Sendable, Equatable {
  /// By what the person is known again.
  enum Account: Sendable, Equatable {
    /// The person as the directory told when it was last asked, and the groups that it was asked for.
    case directory(DirectoryPerson, groups: Set<String>)
    /// A local user, and the mark of the password that was given.
    case local(name: String, passwordMark: [UInt8])
    /// An operator, and the same mark.
    case `operator`(name: String, passwordMark: [UInt8])
  }

  /// Who acts.
  package let actor: Actor
  let account: Account

  init(_ person: DirectoryPerson, of tenant: String, groups: Set<String>) {
    actor = Actor(
      userName: "\(person.domain)\\\(person.login)",
      identity: .directoryUser(tenant: tenant, groups: person.groups))
    account = .directory(person, groups: groups)
  }

  init(localUser name: String, of tenant: String, passwordMark: [UInt8]) {
    actor = Actor(userName: "local:\(name)", identity: .localUser(tenant: tenant, name: name))
    account = .local(name: name, passwordMark: passwordMark)
  }

  init(operator name: String, passwordMark: [UInt8]) {
    actor = Actor(userName: "operator:\(name)", identity: .operator(name: name))
    account = .operator(name: name, passwordMark: passwordMark)
  }

  /// True if only a directory knows whether the person still may; false if a file of this machine
  /// does.
  package var isOfDirectory: Bool { if case .directory = account { true } else { false } }

  /// The directory's domain, as the tenant file wrote it; nil for a local user and an
  /// operator.
  package var domain: String? {
    if case .directory(let person, _) = account { person.domain } else { nil }
  }

  /// The login without a domain.
  package var login: String {
    switch account {
    case .directory(let person, _): person.login
    case .local(let name, _), .operator(let name, _): name
    }
  }

  /// True if the tenant file gave roles to the same groups when the directory was last asked.
  package func knowsGroups(of policy: AccessPolicy) -> Bool {
    guard case .directory(_, let groups) = account else { return true }
    return groups == Set(policy.directoryGroups)
  }
}

/// A sign-in that could not be decided, and for which the password was sent to nobody: it is no
/// attempt to guess one.
package struct PasswordNotSent: Error, CustomStringConvertible {
  /// Why it could not be decided.
  package let cause: any Error

  /// Names the cause.
  package init(cause: any Error) { self.cause = cause }

  /// The cause's own words.
  package var description: String { "\(cause)" }
}
