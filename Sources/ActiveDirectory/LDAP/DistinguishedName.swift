import CLDAP

/// Just enough of distinguished names (RFC 4514) to join them and to tell what lies below what.
enum DistinguishedName {
  /// An organizational unit of the tenant file as a whole name: it is relative to the root.
  static func absolute(_ unit: String, under root: String) -> String {
    unit.isEmpty ? root : isWithin(unit, root) ? unit : "\(unit),\(root)"
  }

  /// True if a name is `base` or below it; case and the spaces around separators do not count.
  static func isWithin(_ name: String, _ base: String) -> Bool {
    components(of: name).reversed().starts(with: components(of: base).reversed())
  }

  /// The parts between unescaped commas, folded and without outer spaces.
  static func components(of name: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var isEscaped = false
    for character in name {
      if character == ",", !isEscaped {
        parts.append(normalized(part))
        part = ""
      } else {
        part.append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return part.isEmpty && parts.isEmpty ? [] : parts + [normalized(part)]
  }

  private static func normalized(_ component: String) -> String {
    let pieces = component.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
    return pieces.joined(separator: "=").lowercased()
  }

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
