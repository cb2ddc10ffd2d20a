import Authorization
import CLDAP
import TenantCore

/// Signs a connection in.
struct LDAPBinder {
  var settings: LDAPSettings
  var cancellation: Cancellation

  /// - Returns: the identity, for a message.
  func bind(_ handle: LDAPHandle, _ server: LDAPServer) throws -> String {
    do {
      switch settings.bind {
      case .simple(let user, let password):
        try simple(handle, user: user, password: password)
        return user
      case .gssapi(let keytab, let principal):
        return try gssapi(handle, server, keytab: keytab, principal: principal)
      }
    } catch let fault as LDAPFault {
      throw BindDiagnosis(settings: settings, server: server).explain(fault)
    }
  }

  private func simple(_ handle: LDAPHandle, user: String, password: SecretSource) throws {
    guard !user.isEmpty else {
      throw DirectoryError(
        .configuration, "'bind.user' is empty, and that would be an anonymous bind; name an account"
      )
    }
    let request = try handle.bind(
      user: user, password: SecretReader(timeout: settings.timeout).read(password))
    let answer = try handle.answer(to: request, within: settings.timeout, cancellation)
    let fault = try answer.result().fault
    guard fault.code == LDAP_SUCCESS else { throw fault }
  }

  private func gssapi(
    _ handle: LDAPHandle, _ server: LDAPServer, keytab: String?, principal: String?
  ) throws -> String {
    if settings.security != .plaintext {
      // Active Directory refuses a second layer of encryption within TLS, and may want the two
      // tied together (channel binding).
      try handle.set(LDAP_OPT_X_SASL_SECPROPS, "maxssf=0")
      try handle.set(LDAP_OPT_X_SASL_CBINDING, LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT)
    }
    if let keytab { _ = try SecretReader.openPrivate(keytab, kind: "keytab") }
    try KerberosEnvironment.with(keytab: keytab) { try handle.bindGSSAPI() }
    let user = handle.saslUser ?? "unknown"
    guard let principal, !Self.names(user, principal) else { return user }
    throw ConnectionFault(
      .bind, server,
      "the keytab signs in as '\(user)', not as '\(principal)'; make a keytab that "
        + "holds only this principal", isFinal: true)
  }

  /// A principal may be configured without its realm.
  private static func names(_ user: String, _ principal: String) -> Bool {
    user == principal || user.prefix { $0 != "@" } == principal
  }
}
