internal import Administration
import Authorization
import CLDAP
internal import PluginContract
import TenantCore

/// Puts a refused bind into words.
struct BindDiagnosis {
  var settings: LDAPSettings
  var server: LDAPServer

  /// Active Directory's reasons: Windows error codes in hexadecimal, given as `data 52e` in the
  /// words of the answer.
  static let reasons: [String: String] = [
    "525": "there is no such account; check 'bind.user' in the tenant file",
    "52e": "the name or the password is wrong; check 'bind.user' and the password's source",
    "52f": "an account restriction forbids it; ask the directory's administrator",
    "530": "the account may not sign in at this time; change its logon hours",
    "531": "the account may not sign in from this machine; add it to the account's workstations",
    "532": "the account's password has expired; set a new one, or let it never expire",
    "533": "the account is disabled; enable it",
    "568": "the account is in too many groups; ask the directory's administrator",
    "701": "the account has expired; extend it",
    "773": "the account must change its password first; set one that need not be changed",
    "775": "the account is locked; unlock it, then check who uses a wrong password",
  ]

  /// The reason in Active Directory's words, or nil if they name none that is known.
  static func reason(in words: String) -> String? {
    guard let range = words.firstRange(of: "data ") else { return nil }
    let code = words[range.upperBound...].unicodeScalars.prefix(while: Hex.isDigit)
    return reasons[String(code).lowercased()]
  }

  func explain(_ fault: LDAPFault) -> ConnectionFault {
    let isSilent = [LDAP_TIMEOUT, LDAP_SERVER_DOWN, LDAP_DECODING_ERROR].contains(fault.code)
    let verb = isSilent ? "does not answer the sign-in of" : "refuses to sign in"
    return ConnectionFault(
      .bind, server, "\(server) \(verb) \(account): \(cause(of: fault))",
      isFinal: !fault.isLoss && !isTooWeak(fault),
      isLoss: isSilent && fault.code != LDAP_TIMEOUT)
  }

  /// SASL's own refusal (SASL_TOOWEAK) of a server that offers less than `security: sealed` wants.
  private func isTooWeak(_ fault: LDAPFault) -> Bool { fault.diagnostic.contains("SASL(-15)") }

  private var account: String {
    switch settings.bind {
    case .simple(let user, _): "'\(user)'"
    case .gssapi(_, let principal): principal.map { "'\($0)' with Kerberos" } ?? "with Kerberos"
    }
  }

  private func cause(of fault: LDAPFault) -> String {
    if let reason = Self.reason(in: fault.diagnostic) { return reason }
    if case .gssapi(let keytab, _) = settings.bind { return kerberosCause(of: fault, keytab) }
    switch fault.code {
    case LDAP_INVALID_CREDENTIALS:
      return "the name or the password is wrong; check 'bind.user' and the password's source"
    case LDAP_STRONG_AUTH_REQUIRED, LDAP_CONFIDENTIALITY_REQUIRED:
      return "it accepts a simple bind only under TLS; use 'security: ldaps' or 'starttls'"
    case LDAP_INAPPROPRIATE_AUTH, LDAP_AUTH_METHOD_NOT_SUPPORTED, LDAP_AUTH_UNKNOWN:
      return "it does not accept this bind method (\(fault.text)); change 'bind.method'"
    case LDAP_INVALID_DN_SYNTAX:
      return "'bind.user' is not a name that it knows: use DOMAIN\\login, login@domain or a DN"
    default: return fault.text
    }
  }

  private func kerberosCause(of fault: LDAPFault, _ keytab: String?) -> String {
    if let reason = KerberosDiagnosis.reason(in: fault.diagnostic) { return reason }
    switch fault.code {
    case _ where isTooWeak(fault):
      return "it offers no encryption of \(LDAPBinder.leastStrength) bits, which "
        + "'security: sealed' requires; let the server offer it, or use ldaps or starttls"
    case LDAP_STRONG_AUTH_REQUIRED:
      return "it accepts a Kerberos bind only if the connection is encrypted (\(fault.text)); use "
        + "'security: sealed', 'ldaps' or 'starttls'"
    case LDAP_INAPPROPRIATE_AUTH, LDAP_AUTH_METHOD_NOT_SUPPORTED, LDAP_AUTH_UNKNOWN:
      return "it does not accept this bind method (\(fault.text)); install SASL's GSSAPI module "
        + "(libsasl2-modules-gssapi-mit), or change 'bind.method'"
    default:
      let remedy =
        keytab.map { "check the keytab '\($0)' with klist -k, and the clock" }
        ?? "get a ticket with kinit, or configure a keytab"
      return "\(fault.text); \(remedy)"
    }
  }
}
