import CLDAP
import TenantCore

/// Puts a search that did not end with result 0 into words (T2).
struct SearchDiagnosis {
  var unit: String
  var server: LDAPServer
  var settings: LDAPSettings

  /// A ``DirectoryError``; or the fault itself where another host may do better.
  func explain(_ search: SearchFault) -> any Error {
    guard !search.fault.isLoss else { return search.fault }
    return DirectoryError(
      .incomplete, "'\(unit)' was not read to its end: \(server) " + words(search),
      cause: search.fault)
  }

  private func words(_ search: SearchFault) -> String {
    let fault = search.fault
    switch fault.code {
    case LDAP_SIZELIMIT_EXCEEDED, LDAP_ADMINLIMIT_EXCEEDED:
      return "stopped at its size limit (\(fault.text)); raise the server's limit for this account "
        + "or name smaller organizational units"
    case LDAP_TIMELIMIT_EXCEEDED:
      return "stopped at its time limit; raise the server's limit for this account, or lower "
        + "'pageSize'"
    case LDAP_NO_SUCH_OBJECT:
      let rest = fault.matchedDN.isEmpty ? "" : " (it knows only '\(fault.matchedDN)')"
      return "has no such organizational unit\(rest), or \(account) may not see it; correct "
        + "'organizationalUnits' in the tenant file"
    case LDAP_REFERRAL:
      return "refers to \(search.referrals.first ?? "another server"), which is not followed; put "
        + "that server into 'hosts', or correct 'rootDN'"
    case LDAP_INSUFFICIENT_ACCESS:
      return "does not let \(account) read it; grant it the right to read"
    case LDAP_FILTER_ERROR:
      return "was not asked: 'filter' or 'exclude.filter' is not an LDAP filter (RFC 4515)"
    case LDAP_UNAVAILABLE_CRITICAL_EXTENSION:
      return "cannot answer in pages (RFC 2696): \(fault.text)"
    default: return "answered: \(fault.text)"
    }
  }

  private var account: String {
    switch settings.bind {
    case .simple(let user, _): "'\(user)'"
    case .gssapi(_, let principal): principal.map { "'\($0)'" } ?? "the account"
    }
  }
}
