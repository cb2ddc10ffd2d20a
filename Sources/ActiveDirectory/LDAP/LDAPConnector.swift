import Authorization
import CLDAP
import Logging
import TenantCore

/// Opens connections to one directory: resolve, connect, TLS, bind, in this order, and says in
/// words which step failed and what to do.
struct LDAPConnector {
  var settings: LDAPSettings
  var cancellation: Cancellation
  /// Takes note of each step; `test-connection` shows them.
  var note: (ConnectionStepName, LDAPServer, String) -> Void = { _, _, _ in }

  /// A connection that is bound.
  ///
  /// - Throws: ``ConnectionFault``, a ``DirectoryError`` of the configuration, `CancellationError`.
  func open(_ server: LDAPServer) throws -> LDAPHandle {
    let handle = try connected(to: server)
    let user = try LDAPBinder(settings: settings, cancellation: cancellation).bind(handle, server)
    note(.bind, server, "signed in as \(user)")
    return handle
  }

  /// A connection that nobody is signed in on, with TLS where the settings want it.
  func connected(to server: LDAPServer) throws -> LDAPHandle {
    try cancellation.check()
    try resolve(server)
    let handle = try makeHandle(server, verifying: true)
    try connect(handle, server)
    try secure(handle, server)
    return handle
  }

  /// A handle with every option set here, so that no `ldaprc` of a user loosens one.
  func makeHandle(_ server: LDAPServer, verifying: Bool) throws -> LDAPHandle {
    let handle = try LDAPHandle(uri: server.uri)
    try handle.set(LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3)
    try handle.set(LDAP_OPT_REFERRALS, on: false)  // never followed with credentials
    try handle.set(LDAP_OPT_RESTART, on: true)
    try handle.set(LDAP_OPT_DEREF, LDAP_DEREF_NEVER)
    try handle.set(LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT)
    try handle.set(LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT)
    try handle.set(LDAP_OPT_NETWORK_TIMEOUT, settings.timeout)
    try handle.set(LDAP_OPT_TIMEOUT, settings.timeout)
    try handle.set(LDAP_OPT_X_SASL_NOCANON, on: true)
    if settings.security != .plaintext { try setTLS(handle, verifying: verifying) }
    return handle
  }

  private func setTLS(_ handle: LDAPHandle, verifying: Bool) throws {
    if let path = settings.caCertificate {
      try requireReadable(path)
      try handle.set(LDAP_OPT_X_TLS_CACERTFILE, path)
      try handle.set(LDAP_OPT_X_TLS_CACERTDIR, nil as String?)
    }
    let demand = verifying ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER
    try handle.set(LDAP_OPT_X_TLS_REQUIRE_CERT, demand)
    try handle.set(LDAP_OPT_X_TLS_PROTOCOL_MIN, 0x303)  // TLS 1.2
    do {
      try handle.set(LDAP_OPT_X_TLS_NEWCTX, 0)
    } catch {
      throw DirectoryError(
        .configuration,
        "caCertificate '\(settings.caCertificate ?? "of the system")' holds no "
          + "certificate in PEM form; export the authority's certificate as PEM (Base64)")
    }
  }

  private func requireReadable(_ path: String) throws {
    do { _ = try Descriptor(reading: path) } catch {
      throw DirectoryError(
        .configuration, "caCertificate '\(path)' cannot be read: \(error)", cause: error)
    }
  }

  private func resolve(_ server: LDAPServer) throws {
    let addresses: [SocketAddress]
    do {
      addresses = try SocketAddress.resolve(server.host)
    } catch let fault as ResolveFault {
      throw ConnectionFault(
        .resolve, server,
        "host '\(server.host)' does not resolve: \(fault.words); check 'hosts' "
          + "in the tenant file and the resolver of this machine")
    }
    if settings.security == .plaintext { try requireLoopback(addresses, server) }
    note(.resolve, server, addresses.map(\.description).joined(separator: ", "))
  }

  private func requireLoopback(_ addresses: [SocketAddress], _ server: LDAPServer) throws {
    guard let address = addresses.first(where: { !$0.isLoopback }) else { return }
    throw DirectoryError(
      .configuration,
      "'security: plaintext' is for loopback addresses only, and '\(server.host)' "
        + "is \(address); use ldaps or starttls")
  }

  private func connect(_ handle: LDAPHandle, _ server: LDAPServer) throws {
    do {
      try handle.connect()
    } catch let fault as LDAPFault {
      try probe(server)
      note(.connect, server, "port \(server.port) answers")
      throw TLSDiagnosis(connector: self, server: server).explain(fault)
    }
    // Asked from the socket: a name may resolve otherwise the second time.
    if settings.security == .plaintext, let address = handle.peerAddress {
      try requireLoopback([address], server)
    }
    note(.connect, server, handle.peerAddress.map { "\($0) port \(server.port)" } ?? "connected")
  }

  private func probe(_ server: LDAPServer) throws {
    do {
      try TCPProbe.connect(to: server.host, port: server.port, within: settings.timeout)
    } catch {
      throw ConnectionFault(
        .connect, server, "\(server) cannot be reached: \(error); check host, port and firewall")
    }
  }

  private func secure(_ handle: LDAPHandle, _ server: LDAPServer) throws {
    if settings.security == .starttls {
      do {
        try handle.startTLS()
      } catch let fault as LDAPFault {
        throw TLSDiagnosis(connector: self, server: server).explain(fault)
      }
    }
    guard settings.security != .plaintext else { return }
    let certificate = handle.peerCertificate.flatMap { PeerCertificate(der: $0) }
    note(.tls, server, certificate.map(\.summary) ?? "verified")
  }
}
