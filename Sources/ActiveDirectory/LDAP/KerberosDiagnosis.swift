internal import Administration
import Authorization
import CKerberos
import TenantCore

/// Puts errors of Kerberos into words, with what to do.
struct KerberosDiagnosis {
  var server: LDAPServer
  var keytab: String?

  /// A known error: its number, how libkrb5 words it (which is all that SASL hands on), and what to
  /// tell of it.
  struct Known {
    var code: Int
    var phrase: String
    var words: String

    init(_ code: Int, _ phrase: String, _ words: String) {
      self.code = code
      self.phrase = phrase
      self.words = words
    }
  }

  /// The errors that an administrator meets (RFC 4120, section 7.5.9, and libkrb5's own).
  static let known: [Known] = [
    Known(
      KRB5KRB_AP_ERR_SKEW, "Clock skew too great",
      "the clocks of this machine and of the domain differ by more than five minutes; set both by "
        + "NTP"),
    Known(
      KRB5KRB_AP_ERR_TKT_NYV, "Ticket not yet valid",
      "the ticket is not valid yet, so the clocks differ; set both by NTP"),
    Known(
      KRB5KRB_AP_ERR_TKT_EXPIRED, "Ticket expired",
      "the ticket has expired; get a new one with kinit, or configure a keytab"),
    Known(
      KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "Client not found in Kerberos database",
      "the domain knows no such principal; check 'bind.principal', and the keytab with klist -k"),
    Known(
      KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, "Server not found in Kerberos database",
      "the domain knows no such service; put the server's full name into 'hosts', as its domain "
        + "knows it, not an alias or an address"),
    Known(
      KRB5KDC_ERR_PREAUTH_FAILED, "Preauthentication failed",
      "the key is not the account's; its password was changed since the keytab was made: make a "
        + "new keytab"),
    Known(
      KRB5KDC_ERR_CLIENT_REVOKED, "Client's credentials have been revoked",
      "the account is disabled, locked or has expired; enable, unlock or extend it"),
    Known(
      KRB5KDC_ERR_KEY_EXP, "Password has expired",
      "the account's password has expired; set a new one that does not, and make a new keytab"),
    Known(
      KRB5KDC_ERR_NAME_EXP, "Client's entry in database has expired",
      "the account has expired; extend it"),
    Known(
      KRB5KDC_ERR_ETYPE_NOSUPP, "KDC has no support for encryption type",
      "the domain accepts no key of the keytab's types; make a keytab with AES keys"),
    Known(
      KRB5KDC_ERR_WRONG_REALM, "Realm not local to KDC",
      "the account is of another realm; write 'bind.principal' with its realm in capitals"),
    Known(
      KRB5KRB_AP_ERR_BADKEYVER, "Key version is not available",
      "the server has no key of the version that the domain uses; let the server renew its key, or "
        + "make a new keytab"),
    Known(
      KRB5_KT_KVNONOTFOUND, "Key version number for principal in key table is incorrect",
      "the keytab has only keys of another version; make a new keytab"),
    Known(
      KRB5_KT_NOTFOUND, "Key table entry not found",
      "the keytab has no key of the principal; make a keytab that holds it"),
    Known(
      KRB5KRB_AP_ERR_MODIFIED, "Message stream modified",
      "the server has another key than its domain knows; the name in 'hosts' may be another "
        + "server's"),
    Known(
      KRB5KRB_AP_ERR_BAD_INTEGRITY, "Decrypt integrity check failed",
      "the server and its domain have different keys; check 'hosts', and make a new keytab"),
    Known(
      KRB5_REALM_UNKNOWN, "Cannot find KDC for",
      "no domain controller of the realm is known; name one under [realms] in krb5.conf, or let the "
        + "DNS have the realm's _kerberos records"),
    Known(
      KRB5_REALM_CANT_RESOLVE, "Cannot resolve",
      "the realm's domain controllers do not resolve; correct [realms] in krb5.conf, or the DNS"),
    Known(
      KRB5_KDC_UNREACH, "Cannot contact any KDC",
      "no domain controller of the realm answers at port 88; check [realms] in krb5.conf, and the "
        + "firewall"),
    Known(
      KRB5_CONFIG_NODEFREALM, "Configuration file does not specify default realm",
      "krb5.conf names no default realm; write 'bind.principal' with its realm"),
    Known(
      KRB5_FCC_NOFILE, "No credentials cache found",
      "there is no ticket; get one with kinit, or configure a keytab"),
    Known(
      KRB5_CC_NOTFOUND, "Matching credential not found",
      "there is no ticket of this principal; get one with kinit, or configure a keytab"),
    Known(
      KRB5_KEYTAB_BADVNO, "Unsupported key table format version number",
      "the file is not a keytab; make one with ktpass, ktutil or samba-tool"),
  ]

  /// What an error message of another library means, or nil.
  static func reason(in words: String) -> String? {
    known.first { words.contains($0.phrase) }?.words
  }

  /// What every domain controller would say is final: a key that is wrong is not tried again,
  /// because each try counts towards the account's lockout.
  func explain(_ fault: KerberosFault) -> ConnectionFault {
    ConnectionFault(.bind, server, message(fault), isFinal: fault.step != .ticket)
  }

  /// Every host's tickets come from the same domain controllers, so their silence is final, too.
  func silence(_ limit: Duration) -> ConnectionFault {
    ConnectionFault(
      .bind, server,
      "no domain controller gave a Kerberos ticket for \(server) within \(limit.inSeconds); check "
        + "[realms] in krb5.conf, the DNS, and the firewall at port 88", isFinal: true)
  }

  private func message(_ fault: KerberosFault) -> String {
    let known = Self.known.first { $0.code == Int(fault.code) }
    let reason = known?.words ?? fault.words
    let place = keytab.map { " with keytab '\($0)'" } ?? ""
    switch fault.step {
    case .keytab where known?.code == KRB5_KT_NOTFOUND:
      let held = fault.words.isEmpty ? "no key at all" : "keys of \(fault.words) only"
      return "the keytab '\(keytab ?? "")' has \(held), not of '\(fault.subject)'; correct "
        + "'bind.principal', or make a keytab that holds it"
    case .keytab: return "the keytab '\(fault.subject)' cannot be used: \(reason)"
    case .cache:
      let whose = fault.subject.isEmpty ? "" : " of '\(fault.subject)'"
      return "the Kerberos ticket\(whose) cannot be used: \(reason)"
    case .signIn:
      return "Kerberos refuses to sign in '\(fault.subject)'\(place): \(reason)"
    case .ticket:
      return "Kerberos gives no ticket for '\(fault.subject)': \(reason)"
    }
  }
}
