import OperatingSystem
import TenantCore
import YAMLFiles

/// The keys of a directory with `source: ldap`.
enum LiveDirectoryKeys {
  /// The words of `discover`.
  enum Discovery: String, CaseIterable {
    case srv
  }

  static let live = Condition("source", "ldap")
  static let hostAlternatives = ObjectShape.Alternatives(["hosts", "discover"], when: live)

  static let hosts = Key("hosts", .list(of: .located(.host), minimum: 1), when: live)
  static let discover = Key("discover", Reading<Discovery>.choice, when: live)
  static let port = Key("port", .wholeNumber(1...65535), when: live)
  static let security = Key("security", Reading<LDAPSettings.Security>.choice, when: live)
  static let caCertificate = Key("caCertificate", .path, when: live)
  static let bind = Key("bind", .bind, required: true, when: live)
  static let rootDN = Key("rootDN", .distinguishedName, required: true, when: live)
  static let organizationalUnits = Key(
    "organizationalUnits", .list(of: .located(.distinguishedName)), when: live)
  static let filter = Key("filter", .filter, when: live)
  static let pageSize = Key("pageSize", .wholeNumber(1...1000), when: live)
  static let timeout = Key("timeout", .duration(.seconds(1)...(.seconds(600))), when: live)
  static let maxUsers = Key("maxUsers", .wholeNumber(1...100_000_000), when: live)

  static let declarations = [
    hosts.declaration, discover.declaration, port.declaration, security.declaration,
    caCertificate.declaration, bind.declaration, rootDN.declaration,
    organizationalUnits.declaration, filter.declaration, pageSize.declaration, timeout.declaration,
    maxUsers.declaration,
  ]
}

/// What a directory needs where `source` is `ldap`.
struct LiveDirectory {
  private let section: Section

  /// The settings; nil for another kind of source, or if something is wrong, which is reported.
  static func read(
    _ section: Section, kind: SourceKind?, exclusions: ReadExclusions?
  ) -> LDAPSettings? {
    // Without a known source the keys are still read, so that what is wrong in them shows at once.
    guard kind == nil || kind == .ldap else { return nil }
    return LiveDirectory(section: section).settings(exclusions: exclusions)
  }

  private func settings(exclusions: ReadExclusions?) -> LDAPSettings? {
    let hosts = section.value(LiveDirectoryKeys.hosts)
    let isDiscovered = section.value(LiveDirectoryKeys.discover) != nil
    let security = section.value(LiveDirectoryKeys.security) ?? .ldaps
    let port = section.value(LiveDirectoryKeys.port)
    let caCertificate = section.value(LiveDirectoryKeys.caCertificate)
    let bind = section.value(LiveDirectoryKeys.bind)
    let rootDN = section.value(LiveDirectoryKeys.rootDN)
    let units = section.value(LiveDirectoryKeys.organizationalUnits) ?? []
    let filter = section.value(LiveDirectoryKeys.filter)
    let pageSize = section.value(LiveDirectoryKeys.pageSize) ?? 1000
    let timeout = section.value(LiveDirectoryKeys.timeout) ?? .seconds(30)
    let maxUsers = section.value(LiveDirectoryKeys.maxUsers) ?? LDAPSettings.usualMaxUsers
    reportPlaintext(security, hosts: hosts ?? [], isDiscovered: isDiscovered)
    reportUnsealable(security, bind)
    reportMissingDNSDomain(isDiscovered: isDiscovered)
    reportWholeNames(units + (exclusions?.organizationalUnits ?? []), below: rootDN)
    guard let bind, let rootDN else { return nil }
    return LDAPSettings(
      hosts: isDiscovered ? .discovered : .listed((hosts ?? []).map(\.value)), port: port,
      security: security, caCertificate: caCertificate, bind: bind, rootDN: rootDN,
      organizationalUnits: units.map(\.value), filter: filter, pageSize: pageSize, timeout: timeout,
      maxUsers: maxUsers)
  }

  /// Passwords and people's data go over the network in the clear to no other machine.
  private func reportPlaintext(
    _ security: LDAPSettings.Security, hosts: [Located<String>], isDiscovered: Bool
  ) {
    guard security == .plaintext else { return }
    let remedy = "use ldaps, starttls or sealed"
    for host in hosts where !HostAddress.isLoopback(host.value) {
      section.context.problems.report(
        "'security: plaintext' is allowed for 127.0.0.0/8, ::1 and localhost only, not for "
          + "\(Wording.quoted(host.value)); \(remedy)", at: host.position)
    }
    if isDiscovered {
      section.report(
        "'security: plaintext' is not allowed with 'discover'; \(remedy)",
        atValueOf: LiveDirectoryKeys.security)
    }
  }

  /// Kerberos seals the connection in the course of its bind; a password would be sent before.
  private func reportUnsealable(_ security: LDAPSettings.Security, _ bind: LDAPSettings.Bind?) {
    guard security == .sealed, case .simple? = bind else { return }
    section.report(
      "'security: sealed' needs Kerberos, and 'bind' has 'method: simple', whose password would be "
        + "readable on the way; use 'method: gssapi', or 'security: ldaps' or 'starttls'",
      atValueOf: LiveDirectoryKeys.security)
  }

  private func reportMissingDNSDomain(isDiscovered: Bool) {
    guard isDiscovered, !section.has(DirectoryKeys.dnsDomain) else { return }
    section.report(
      "'discover: srv' asks the DNS for the hosts of 'dnsDomain'; add that key",
      at: LiveDirectoryKeys.discover)
  }

  /// A unit that repeats the root would be searched for under the root twice over.
  private func reportWholeNames(_ units: [Located<String>], below rootDN: String?) {
    guard let root = rootDN.flatMap({ DistinguishedName($0) }) else { return }
    for unit in units where DistinguishedName(unit.value)?.isBelow(root) == true {
      section.context.problems.report(
        "organizational units are relative to 'rootDN'; leave the root off the end",
        at: unit.position)
    }
  }
}
