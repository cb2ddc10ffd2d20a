import CLDAP
import TenantCore

/// A host and port that a directory is read from.
struct LDAPServer: Equatable, Sendable, CustomStringConvertible {
  var host: String
  var port: Int
  var security: LDAPSettings.Security
  /// The numeric address that a connection is made to, where the host has several; nil before one
  /// is chosen, and where there is but one.
  var address: String?

  /// `host:port`, and the address where there are several, as messages and reports name it.
  var description: String { "\(hostAndPort)\(address.map { " (\($0))" } ?? "")" }

  /// The name by which libldap knows the server.
  var uri: String { "\(security == .ldaps ? "ldaps" : "ldap")://\(hostAndPort)" }

  /// True if it is the same host, at whatever address.
  func isSameHost(as other: LDAPServer) -> Bool { hostAndPort == other.hostAndPort }

  private var hostAndPort: String { "\(bracketedHost):\(port)" }

  private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

  /// The servers of a directory, in the order in which they are tried.
  static func servers(of directory: Directory, _ settings: LDAPSettings) throws -> [LDAPServer] {
    let names: [String]
    switch settings.hosts {
    case .listed(let hosts): names = hosts
    case .discovered: names = try discover(directory.dnsDomain)
    }
    let port = settings.port ?? settings.security.defaultPort
    return names.map { LDAPServer(host: $0, port: port, security: settings.security) }
  }

  /// Asks DNS for `_ldap._tcp.DOMAIN`; libldap orders by priority and weight (RFC 2782). The
  /// records name the plain port, so only the hosts are used.
  private static func discover(_ domain: String?) throws -> [String] {
    guard let domain, !domain.isEmpty else {
      throw DirectoryError(
        .configuration, "'discover: srv' needs the directory's dnsDomain; add it to the tenant file"
      )
    }
    var list: UnsafeMutablePointer<CChar>?
    guard unsafe ldap_domain2hostlist(domain, &list) == LDAP_SUCCESS, let found = unsafe list else {
      throw DirectoryError(
        .unavailable,
        "DNS has no service records '_ldap._tcp.\(domain)'; check the resolver of "
          + "this machine, or list the directory's hosts in the tenant file")
    }
    defer { unsafe ldap_memfree(found) }
    return hosts(inList: unsafe String(cString: found))
  }

  /// The host names of `host:port host:port`, each once.
  static func hosts(inList list: String) -> [String] {
    var hosts: [String] = []
    for entry in list.split(separator: " ") {
      let host = entry.prefix { $0 != ":" }.lowercased()
      let name = host.hasSuffix(".") ? String(host.dropLast()) : host
      if !name.isEmpty && !hosts.contains(name) { hosts.append(name) }
    }
    return hosts
  }
}
