internal import Administration
import Authorization
import CLDAP
internal import OperatingSystem
import TenantCore

/// Signs a connection in.
struct LDAPBinder {
  var settings: LDAPSettings
  var cancellation: Cancellation
  var password = SharedPassword()

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

  private func simple(_ handle: LDAPHandle, user: String, password source: SecretSource) throws {
    guard !user.isEmpty else {
      throw DirectoryError(
        .configuration, "'bind.user' is empty, and that would be an anonymous bind; name an account"
      )
    }
    let secrets = SecretReader(timeout: settings.timeout, cancellation: cancellation)
    let request = try password.use(
      { () throws -> Secret in try secrets.read(source) },
      { secret throws -> Int32 in try handle.bind(user: user, password: secret) })
    let answer = try handle.answer(to: request, within: settings.timeout, cancellation)
    let fault = try answer.result().fault
    guard fault.code == LDAP_SUCCESS else { throw fault }
  }

  // MARK: Kerberos

  /// The least strength of the layer that `security: sealed` takes, in bits: no cipher of Kerberos
  /// that is in use has less, and without confidentiality a layer counts 1.
  static let leastStrength = 128

  /// What SASL may negotiate (ldap.conf(5), `SASL_SECPROPS`); nil leaves it to SASL.
  static func saslProperties(of security: LDAPSettings.Security) -> String? {
    switch security {
    // Active Directory refuses a second layer of encryption within TLS.
    case .ldaps, .starttls: "maxssf=0"
    case .sealed: "minssf=\(leastStrength)"
    case .plaintext: nil
    }
  }

  private func gssapi(
    _ handle: LDAPHandle, _ server: LDAPServer, keytab: String?, principal: String?
  ) throws -> String {
    if let properties = Self.saslProperties(of: server.security) {
      try handle.set(LDAP_OPT_X_SASL_SECPROPS, properties)
    }
    if server.security.isTLS {
      // The server may want the Kerberos bind tied to the TLS connection (channel binding).
      try handle.set(LDAP_OPT_X_SASL_CBINDING, LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT)
    }
    if let keytab { _ = try SecretReader.openPrivate(keytab, kind: "keytab") }
    do {
      try tickets(for: server, keytab: keytab, principal: principal).use {
        try SocketDeadline.run(
          handle.socket, until: .now + settings.timeout, settings.timeout, cancellation
        ) { try handle.bindGSSAPI() }
      }
    } catch let fault as KerberosFault {
      throw KerberosDiagnosis(server: server, keytab: keytab).explain(fault)
    }
    try requireSeal(handle, server)
    if !server.security.isTLS { try handle.readAhead() }
    return handle.saslUser ?? "unknown"
  }

  private func tickets(
    for server: LDAPServer, keytab: String?, principal: String?
  ) throws -> KerberosTickets {
    let tickets = try OwnThread.value(
      until: .now + settings.timeout, cancellation
    ) { try KerberosTickets(keytab: keytab, principal: principal, host: server.host) }
    guard let tickets else {
      throw KerberosDiagnosis(server: server, keytab: keytab).silence(settings.timeout)
    }
    return tickets
  }

  /// Asked of the connection, whatever was asked for: nothing is sent under a weaker layer.
  private func requireSeal(_ handle: LDAPHandle, _ server: LDAPServer) throws {
    guard server.security == .sealed, handle.saslStrength < Self.leastStrength else { return }
    throw ConnectionFault(
      .bind, server,
      "\(server) seals with \(handle.saslStrength) bits, and 'security: sealed' requires "
        + "\(Self.leastStrength); let the server offer encryption, or use ldaps or starttls")
  }
}
