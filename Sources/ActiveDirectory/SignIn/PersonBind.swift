import Authorization
import CLDAP
import Synchronization
import TenantCore

/// Tries a password by a bind on a connection of its own (RFC 4513, section 5.1.3).
struct PersonBind {
  let link: DirectoryLink
  /// Is told before the password is sent.
  let use: PasswordUse

  /// How a directory answers.
  enum Answer: Equatable {
    case accepted
    /// The reason, for a message.
    case refused(String)
  }

  /// Binds once. A host that cannot be reached is followed by the next one, but a password that was
  /// sent is never sent again, because each wrong one counts towards the account's lockout.
  ///
  /// - Throws: ``DirectoryError`` if there was no answer.
  func run(dn: String, password: Password) throws -> Answer {
    guard !dn.isEmpty, !password.bytes.isEmpty else {
      return .refused("a bind without a name or a password would be an anonymous one")
    }
    guard link.reader.settings.security != .sealed else {
      throw failure(
        "'security: sealed' protects only what is sent after a Kerberos bind, and a person's "
          + "password would be sent before; use ldaps or starttls, or give people local users", nil)
    }
    let (handle, server) = try connected()
    try use.begin()
    do {
      let id = try handle.bind(user: dn, password: Secret(copying: password.bytes))
      let answer = try handle.answer(
        to: id, within: link.reader.settings.timeout, link.cancellation)
      return try self.answer(answer.result().fault, server)
    } catch let fault as LDAPFault {
      throw failure("\(server) does not answer the bind: \(fault.text)", fault)
    }
  }

  private func connected() throws -> (LDAPHandle, LDAPServer) {
    let connector = LDAPConnector(
      settings: link.reader.settings, cancellation: link.cancellation)
    var messages: [String] = []
    for server in try link.servers() {
      do {
        let connection = try connector.connected(to: server)
        try connection.handle.limitIncoming(to: DirectoryLink.maximumMessage)
        return (connection.handle, connection.server)
      } catch let fault as ConnectionFault {
        messages.append(fault.wholeMessage)
        guard !fault.isFinal else { break }
      } catch let fault as LDAPFault {
        messages.append("\(server): \(fault.text)")
      }
    }
    throw failure(messages.joined(separator: "; "), nil)
  }

  /// What a server says about the person is a refusal; what it says about itself or about the
  /// connection is none.
  private func answer(_ fault: LDAPFault, _ server: LDAPServer) throws -> Answer {
    if fault.code == LDAP_SUCCESS { return .accepted }
    if let reason = BindDiagnosis.reason(in: fault.diagnostic) {
      return .refused(String(reason.prefix { $0 != ";" }))
    }
    switch fault.code {
    case LDAP_INVALID_CREDENTIALS, LDAP_INAPPROPRIATE_AUTH:
      return .refused("the name or the password is wrong")
    case LDAP_NO_SUCH_OBJECT: return .refused("the account no longer exists")
    case LDAP_REFERRAL: return .refused("\(server) refers to another server, which is not followed")
    case LDAP_UNWILLING_TO_PERFORM, LDAP_INSUFFICIENT_ACCESS, LDAP_CONSTRAINT_VIOLATION:
      return .refused(fault.text)
    case LDAP_STRONG_AUTH_REQUIRED, LDAP_CONFIDENTIALITY_REQUIRED:
      throw failure(
        "\(server) accepts a simple bind only under TLS; use 'security: ldaps' or 'starttls'",
        fault)
    default: throw failure("\(server) answered the bind: \(fault.text)", fault)
    }
  }

  private func failure(_ words: String, _ cause: LDAPFault?) -> DirectoryError {
    DirectoryError(
      .unavailable, "directory '\(link.domain)' could not try a password: \(words)", cause: cause)
  }
}

/// Whether a password was sent: it may be sent once, and not any more once it was given up.
final class PasswordUse: Sendable {
  private enum State { case unsent, sent, givenUp }
  private let state = Mutex(State.unsent)

  /// To be called before the password is sent.
  ///
  /// - Throws: `CancellationError` if nobody waits for the answer any more.
  func begin() throws {
    try state.withLock { state in
      guard state == .unsent else { throw CancellationError() }
      state = .sent
    }
  }

  /// Says that it is not to be sent any more; true if it never was.
  func giveUp() -> Bool {
    state.withLock { state in
      defer { if state == .unsent { state = .givenUp } }
      return state != .sent
    }
  }
}
