internal import Administration
import Authorization
import CLDAP
import Logging
internal import OperatingSystem
import TenantCore

/// Opens connections to one directory: resolve, connect, TLS, bind, in this order, and says in
/// words which step failed and what to do.
///
/// A host may have several addresses. Each connection is made to one of them, which is remembered;
/// the next one is tried if the first fails, and certificates are held against the host's name.
struct LDAPConnector {
  var settings: LDAPSettings
  var cancellation: Cancellation
  var password = SharedPassword()
  /// Takes note of each step; `test-connection` shows them.
  var note: (ConnectionStepName, LDAPServer, String) -> Void = { _, _, _ in }
  /// Takes note of an address of a host that is passed over.
  var noteFailure: (ConnectionFault) -> Void = { _ in }

  /// A connection and what it leads to.
  struct Connection {
    var handle: LDAPHandle
    /// The server, with its address where the host has several.
    var server: LDAPServer
    /// The address that it was made to.
    var address: SocketAddress
  }

  /// A connection that is bound.
  ///
  /// - Throws: ``ConnectionFault``, a ``DirectoryError`` of the configuration, `CancellationError`.
  func open(_ server: LDAPServer) throws -> Connection {
    try atEachAddress(of: server) { addresses, isAlone in
      let connection = try connect(to: server, &addresses, isAlone: isAlone)
      try bind(connection)
      return connection
    }
  }

  private func bind(_ connection: Connection) throws {
    do {
      let user = try LDAPBinder(settings: settings, cancellation: cancellation, password: password)
        .bind(connection.handle, connection.server)
      note(.bind, connection.server, "signed in as \(user)")
    } catch var fault as ConnectionFault {
      // Where no TLS comes before it, the bind is the first to meet a port that speaks TLS at once.
      if fault.isLoss, !settings.security.isTLS, let mistake = mistake(connection) {
        fault.message = mistake
      }
      throw fault
    }
  }

  private func mistake(_ connection: Connection) -> String? {
    TLSDiagnosis(connector: self, server: connection.server, address: connection.address)
      .mistakenSecurity()
  }

  /// A connection that nobody is signed in on, with TLS where the settings want it.
  func connected(to server: LDAPServer) throws -> Connection {
    try atEachAddress(of: server) { addresses, isAlone in
      try connect(to: server, &addresses, isAlone: isAlone)
    }
  }

  /// Tries the addresses of a host until one can be used, or one says what every other would.
  private func atEachAddress(
    of server: LDAPServer, _ work: (inout [SocketAddress], _ isAlone: Bool) throws -> Connection
  ) throws -> Connection {
    var addresses = try resolve(server)
    let isAlone = addresses.count == 1
    var passedOver: [ConnectionFault] = []
    while true {
      do {
        return try work(&addresses, isAlone)
      } catch var fault as ConnectionFault {
        fault.before = passedOver.map(\.message)
        guard !addresses.isEmpty, !fault.isFinal else { throw fault }
        noteFailure(fault)
        passedOver.append(fault)
      }
    }
  }

  // MARK: Resolve

  private func resolve(_ server: LDAPServer) throws -> [SocketAddress] {
    try cancellation.check()
    let addresses = try addresses(of: server)
    if settings.security == .plaintext { try requireLoopback(addresses, server) }
    note(.resolve, server, addresses.map(\.description).joined(separator: ", "))
    // The address of an earlier connection comes first: what belongs together is read there.
    return addresses.filter { $0.description == server.address }
      + addresses.filter { $0.description != server.address }
  }

  private func addresses(of server: LDAPServer) throws -> [SocketAddress] {
    let words: String
    do {
      let found = try OwnThread.value(
        until: .now + settings.timeout, cancellation
      ) { try SocketAddress.resolve(server.host, port: server.port) }
      if let found { return found }
      words = "no answer within \(settings.timeout.inSeconds)"
    } catch let fault as ResolveFault {
      words = fault.words
    }
    throw ConnectionFault(
      .resolve, server,
      "host '\(server.host)' does not resolve: \(words); check 'hosts' "
        + "in the tenant file and the resolver of this machine")
  }

  private func requireLoopback(_ addresses: [SocketAddress], _ server: LDAPServer) throws {
    guard let address = addresses.first(where: { !$0.isLoopback }) else { return }
    throw DirectoryError(
      .configuration,
      "'security: plaintext' is for loopback addresses only, and '\(server.host)' "
        + "is \(address); use ldaps, starttls or sealed")
  }

  // MARK: Connect

  /// Connects to the first address that answers, and takes it from the list; a list in which none
  /// does is emptied.
  private func connect(
    to server: LDAPServer, _ addresses: inout [SocketAddress], isAlone: Bool
  ) throws -> Connection {
    let deadline = ContinuousClock.now + settings.timeout
    var server = server
    server.address = nil
    do {
      let socket = try ConnectionRace.run(addresses, until: deadline, cancellation)
      let address = socket.address
      addresses.removeAll { $0 == address }
      if !isAlone { server.address = address.description }
      note(.connect, server, "\(address) port \(server.port)")
      let handle = try makeHandle(socket, server, verifying: true)
      try secure(handle, server, address, until: deadline)
      return Connection(handle: handle, server: server, address: address)
    } catch let fault as SystemFailure {
      addresses = []
      throw ConnectionFault(
        .connect, server, "\(server) cannot be reached: \(fault); check host, port and firewall")
    }
  }

  /// A handle with every option set here, so that no `ldaprc` of a user loosens one.
  func makeHandle(
    _ socket: consuming ConnectedSocket, _ server: LDAPServer, verifying: Bool
  ) throws -> LDAPHandle {
    let handle = try LDAPHandle(socket, uri: server.uri)
    try handle.set(LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3)
    try handle.set(LDAP_OPT_REFERRALS, on: false)  // never followed with credentials
    try handle.set(LDAP_OPT_RESTART, on: true)
    try handle.set(LDAP_OPT_DEREF, LDAP_DEREF_NEVER)
    try handle.set(LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT)
    try handle.set(LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT)
    try handle.limitIncoming(to: LDAPHandle.longestAnswer)
    // With a network timeout libldap tries an unfinished TLS handshake over and over, without end;
    // below zero there is none (ldap_set_option(3)).
    try handle.set(LDAP_OPT_NETWORK_TIMEOUT, .seconds(-1))
    try handle.set(LDAP_OPT_TIMEOUT, settings.timeout)
    try handle.set(LDAP_OPT_X_SASL_NOCANON, on: true)
    if server.security.isTLS { try setTLS(handle, verifying: verifying) }
    return handle
  }

  // MARK: TLS

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
    do { _ = try FileDescriptor(file: path) } catch {
      throw DirectoryError(
        .configuration, "caCertificate '\(path)' cannot be read: \(error)", cause: error)
    }
  }

  private func secure(
    _ handle: LDAPHandle, _ server: LDAPServer, _ address: SocketAddress,
    until deadline: ContinuousClock.Instant
  ) throws {
    guard server.security.isTLS else { return try handle.stopBlocking() }
    do {
      try handshake(handle, server, until: deadline)
    } catch let fault as LDAPFault {
      throw TLSDiagnosis(connector: self, server: server, address: address).explain(fault)
    }
    try requireModernTLS(handle, server)
    let certificate = handle.peerCertificate.flatMap { PeerCertificate(der: $0) }
    note(.tls, server, certificate.map(\.summary) ?? "verified")
  }

  /// Asked of the connection, before anything is sent over it: with GnuTLS libldap does not act on
  /// the least version that is set. Versions before 1.2 are broken (RFC 8996).
  private func requireModernTLS(_ handle: LDAPHandle, _ server: LDAPServer) throws {
    let version = handle.tlsVersion ?? "an unknown version of TLS"
    guard !["TLS1.2", "TLS1.3"].contains(version.replacing("TLSv", with: "TLS")) else { return }
    throw ConnectionFault(
      .tls, server,
      "\(server) speaks \(version), and TLS 1.2 is the least that is safe (RFC 8996): nothing was "
        + "sent to it; turn TLS 1.2 or 1.3 on there")
  }

  /// Makes the handshake of ldaps or StartTLS.
  func handshake(
    _ handle: LDAPHandle, _ server: LDAPServer, until deadline: ContinuousClock.Instant
  ) throws {
    try SocketDeadline.run(handle.socket, until: deadline, settings.timeout, cancellation) {
      server.security == .starttls ? try handle.startTLS() : try handle.installTLS()
    }
    try handle.readAhead()
    try handle.stopBlocking()
  }
}
