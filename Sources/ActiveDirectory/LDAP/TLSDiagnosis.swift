internal import Administration
import Authorization
import CLDAP
import TenantCore

/// Says why a TLS handshake failed, which libldap does not tell with GnuTLS.
///
/// Further connections to the same address find it out: one takes the certificate without verifying
/// it, one verifies it under a name that it has. On none of them does anybody sign in; they are
/// closed once they have answered.
struct TLSDiagnosis {
  /// How long each of these connections may take, at most.
  static let patience = Duration.seconds(5)

  var connector: LDAPConnector
  var server: LDAPServer
  /// The address at which the handshake failed.
  var address: SocketAddress

  /// The message for a failed handshake.
  func explain(_ fault: LDAPFault) -> ConnectionFault {
    // Who was silent once is silent again: a dead host costs one time-out, not two.
    guard fault.code != LDAP_TIMEOUT else {
      return ConnectionFault(.tls, server, unfinished(fault))
    }
    guard let certificate = certificate(security: server.security) else {
      return ConnectionFault(.tls, server, withoutCertificate(fault))
    }
    let refusal = CertificateRefusal(
      certificate: certificate, server: server,
      isTrusted: certificate.anyName.map { isAccepted(as: $0) } ?? false,
      trust: connector.settings.caCertificate)
    return ConnectionFault(.tls, server, refusal.message(now: .now()))
  }

  /// The handshake fails even unverified, so the certificate is not the reason.
  private func withoutCertificate(_ fault: LDAPFault) -> String {
    if let mistake = mistakenSecurity() { return mistake }
    if server.security == .starttls && !fault.isLoss {
      return "\(server) refuses StartTLS: \(fault.text); use 'security: ldaps' if it offers that"
    }
    return unfinished(fault)
  }

  private func unfinished(_ fault: LDAPFault) -> String {
    let hint =
      server.security == .ldaps
      ? "check that port \(server.port) speaks TLS at once (ldaps, usually 636)"
      : "check that port \(server.port) speaks LDAP"
    return "\(server) does not complete the TLS handshake: \(fault.text); \(hint)"
  }

  /// The likely mistake of a port that speaks something other than the settings say, or nil.
  func mistakenSecurity() -> String? {
    if server.security != .ldaps {
      guard certificate(security: .ldaps) != nil else { return nil }
      return "\(server) speaks TLS at once, which 'security: \(server.security.rawValue)' does "
        + "not; use 'security: ldaps' with this port, or port 389 (leave 'port' out)"
    }
    guard speaksLDAP() else { return nil }
    return "\(server) speaks LDAP without TLS at first, which 'security: ldaps' does not; use "
      + "'security: starttls' with this port, or port 636 (leave 'port' out)"
  }

  // MARK: Asking the server

  /// The server's certificate, verified by nobody.
  private func certificate(security: LDAPSettings.Security) -> PeerCertificate? {
    try? connection(security: security, verifying: false) { handle, server, deadline in
      try connector.handshake(handle, server, until: deadline)
      return handle.peerCertificate.flatMap { PeerCertificate(der: $0) }
    }
  }

  /// True if libldap takes the certificate for this name.
  private func isAccepted(as name: String) -> Bool {
    let answer = try? connection(as: name, security: server.security, verifying: true) {
      handle, server, deadline in
      try connector.handshake(handle, server, until: deadline)
      return true
    }
    return answer ?? false
  }

  /// True if the server answers a search without TLS, whatever the answer.
  private func speaksLDAP() -> Bool {
    let answer = try? connection(security: .plaintext, verifying: false) { handle, _, deadline in
      try handle.stopBlocking()
      let request = SearchRequest(
        base: "", scope: .base, filter: "(objectClass=*)", attributes: ["1.1"])
      let id = try handle.search(request)
      _ = try handle.answer(to: id, within: deadline - .now, connector.cancellation)
      return true
    }
    return answer ?? false
  }

  private func connection<Answer>(
    as name: String? = nil, security: LDAPSettings.Security, verifying: Bool,
    _ body: (LDAPHandle, LDAPServer, ContinuousClock.Instant) throws -> Answer?
  ) throws -> Answer? {
    let deadline = ContinuousClock.now + min(Self.patience, connector.settings.timeout)
    var server = server
    server.security = security
    if let name { server.host = name }
    let socket = try ConnectionRace.run([address], until: deadline, connector.cancellation)
    let handle = try connector.makeHandle(socket, server, verifying: verifying)
    return try body(handle, server, deadline)
  }
}

/// What is wrong with a certificate that libldap has refused, and the remedy.
struct CertificateRefusal {
  /// How many of its names a message has.
  static let namesShown = 10

  var certificate: PeerCertificate
  var server: LDAPServer
  /// True if libldap takes the certificate for a name that it has.
  var isTrusted: Bool
  /// The tenant file's `caCertificate`.
  var trust: String?

  /// All that is wrong, in one sentence.
  func message(now: Timestamp) -> String {
    let faults = [period(now) ?? untrusted, wrongName].compactMap { $0 }
    return "the certificate of \(server) ('\(certificate.subject)') is refused: "
      + faults.joined(separator: "; and ")
  }

  private var isSelfSigned: Bool { certificate.subject == certificate.issuer }

  private func period(_ now: Timestamp) -> String? {
    var words: String
    if certificate.notAfter < now {
      words = "it expired on \(certificate.notAfter); renew it on the server"
    } else if now < certificate.notBefore {
      words = "it is not valid before \(certificate.notBefore); check both clocks"
    } else {
      return nil
    }
    if isSelfSigned { words += "; and it is self-signed, so 'caCertificate' must name it" }
    return words
  }

  private var untrusted: String? {
    guard !isTrusted else { return nil }
    let place = trust.map { "caCertificate '\($0)'" } ?? "the system's trust store"
    guard isSelfSigned else {
      return "its issuer '\(certificate.issuer)' is not trusted by \(place); name the certificate "
        + "of that authority in 'caCertificate'"
    }
    return "it is self-signed and not in \(place); if it is the right one, name it in "
      + "'caCertificate'"
  }

  private var wrongName: String? {
    guard isTrusted || !certificate.isFor(server.host) else { return nil }
    guard !certificate.isFor(server.host) else {
      return "libldap takes it for \(names), but not for '\(server.host)' (it holds the name "
        + "localhost to mean this machine's own name); put another of its names in 'hosts'"
    }
    return "it is for \(names), not for '\(server.host)'; put the name that it is for in 'hosts'"
  }

  /// The names and addresses that it is for; a certificate may have hundreds.
  private var names: String {
    let all = certificate.names + certificate.addresses.map(PeerCertificate.text)
    guard !all.isEmpty else { return "no host" }
    let rest = all.count - Self.namesShown
    return all.prefix(Self.namesShown).joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }
}
