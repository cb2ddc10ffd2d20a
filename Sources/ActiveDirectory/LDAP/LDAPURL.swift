import CLDAP

/// The addresses in which a server refers to another one (RFC 4516).
enum LDAPURL {
  /// Host and name of an LDAP URL (RFC 4516), or nil if it is none.
  static func parts(ofURL url: String) -> (host: String, name: String)? {
    var parsed: UnsafeMutablePointer<LDAPURLDesc>?
    guard unsafe ldap_url_parse(url, &parsed) == LDAP_URL_SUCCESS, let parts = unsafe parsed else {
      return nil
    }
    defer { unsafe ldap_free_urldesc(parts) }
    let host = unsafe parts.pointee.lud_host.map { unsafe String(cString: $0) }
    let name = unsafe parts.pointee.lud_dn.map { unsafe String(cString: $0) }
    return (host ?? "", name ?? "")
  }
}
