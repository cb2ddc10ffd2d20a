import Authorization
import CLDAP
import TenantCore

/// Says what is wrong with a certificate where libldap says only "Can't contact LDAP server", as it
/// does with GnuTLS.
///
/// The certificate is fetched over a second connection that does not verify it. On that connection
/// nobody signs in and nothing is asked; it is closed once the certificate is there.
struct TLSDiagnosis {
  var connector: LDAPConnector
  var server: LDAPServer

  /// The fault of a failed handshake in words.
  func explain(_ fault: LDAPFault) -> ConnectionFault {
    guard server.security != .plaintext else {
      return ConnectionFault(.connect, server, "\(server) cannot be reached: \(fault.text)")
    }
    let message: String
    do {
      message = Self.message(
        try fetchCertificate(), server: server, trust: connector.settings.caCertificate,
        now: .now())
    } catch {
      message = withoutCertificate(error as? LDAPFault ?? fault)
    }
    return ConnectionFault(.tls, server, message)
  }

  private func fetchCertificate() throws -> PeerCertificate {
    let handle = try connector.makeHandle(server, verifying: false)
    try handle.connect()
    if server.security == .starttls { try handle.startTLS() }
    guard let certificate = handle.peerCertificate.flatMap({ PeerCertificate(der: $0) }) else {
      throw LDAPFault(code: LDAP_CONNECT_ERROR, diagnostic: "no certificate")
    }
    return certificate
  }

  /// The handshake fails even unverified, so the certificate is not the reason.
  private func withoutCertificate(_ fault: LDAPFault) -> String {
    if server.security == .starttls && !fault.isLoss {
      return "\(server) refuses StartTLS: \(fault.text); use 'security: ldaps' if it offers that"
    }
    let hint =
      server.security == .ldaps
      ? "check that port \(server.port) speaks TLS at once (ldaps, usually 636)"
      : "check that port \(server.port) speaks LDAP"
    return "\(server) does not complete the TLS handshake: \(fault.text); \(hint)"
  }

  /// What is wrong with a certificate that was refused, all of it, and the remedy.
  static func message(
    _ certificate: PeerCertificate, server: LDAPServer, trust: String?, now: Timestamp
  ) -> String {
    var faults: [String] = []
    if certificate.notAfter < now {
      faults.append("it expired on \(certificate.notAfter); renew it on the server")
    }
    if now < certificate.notBefore {
      faults.append("it is not valid before \(certificate.notBefore); check both clocks")
    }
    if !certificate.isFor(server.host) {
      let names = (certificate.names + certificate.addresses.map(Self.text)).joined(separator: ", ")
      faults.append(
        "it is for \(names.isEmpty ? "no host" : names), not for '\(server.host)'; put the name "
          + "that it is for in 'hosts'")
    }
    let isSelfSigned = certificate.subject == certificate.issuer
    if faults.isEmpty {
      faults.append(untrusted(certificate, trust))
    } else if isSelfSigned {
      faults.append("it is self-signed, so 'caCertificate' must name it")
    }
    return "the certificate of \(server) ('\(certificate.subject)') is refused: "
      + faults.joined(separator: "; and ")
  }

  private static func untrusted(_ certificate: PeerCertificate, _ trust: String?) -> String {
    let place = trust.map { "caCertificate '\($0)'" } ?? "the system's trust store"
    guard certificate.subject != certificate.issuer else {
      return "it is self-signed and not in \(place); if it is the right one, name it in "
        + "'caCertificate'"
    }
    return "its issuer '\(certificate.issuer)' is not trusted by \(place); name the certificate of "
      + "that authority in 'caCertificate'"
  }

  private static func text(_ address: [UInt8]) -> String {
    address.map(String.init).joined(separator: ".")
  }
}
