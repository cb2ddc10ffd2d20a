package import TenantCore

/// A directory as the tenant file configures it; of a secret only of what kind its source is.
package struct DirectoryAnswer: Encodable, Sendable {
  /// How a live directory is reached and what is read of it.
  struct Live: Encodable, Sendable {
    /// Nil: they are found through DNS service records.
    @OrNull var hosts: [String]?
    let port: Int
    let security: String
    /// Nil: the system's trust store.
    @OrNull var caCertificate: String?
    let bind: Bind
    let rootDN: String
    let organizationalUnits: [String]
    @OrNull var filter: String?
    let pageSize: Int
    /// In seconds.
    let timeout: Int64
  }

  /// How the program signs in.
  struct Bind: Encodable, Sendable {
    let method: String
    @OrNull var user: String?
    /// The kind of the password's source; nil if there is none.
    @OrNull var password: String?
  }

  /// What is read but left out (M13).
  struct Excluded: Encodable, Sendable {
    let logins: [String]
    let organizationalUnits: [String]
    @OrNull var filter: String?
  }

  let domain: String
  @OrNull var dnsDomain: String?
  let exclude: Excluded
  let source: String
  /// The path of an exported directory; a live one has no such member.
  let file: String?
  /// The settings of a live directory; an exported one has no such member.
  let ldap: Live?

  /// Tells of a directory.
  package init(_ directory: Directory) {
    let exclusions = directory.exclusions
    domain = directory.domain
    dnsDomain = directory.dnsDomain
    exclude = Excluded(
      logins: exclusions.logins, organizationalUnits: exclusions.organizationalUnits,
      filter: exclusions.filter)
    (source, file, ldap) =
      switch directory.source {
      case .ldap(let settings): ("ldap", nil, Live(settings))
      case .ldif(let path): ("ldif", path, nil)
      case .csv(let path): ("csv", path, nil)
      }
  }
}

extension DirectoryAnswer.Live {
  fileprivate init(_ settings: LDAPSettings) {
    hosts = if case .listed(let names) = settings.hosts { names } else { nil }
    port = settings.port ?? settings.security.defaultPort
    security = settings.security.rawValue
    caCertificate = settings.caCertificate
    bind = DirectoryAnswer.Bind(settings.bind)
    rootDN = settings.rootDN
    organizationalUnits = settings.organizationalUnits
    filter = settings.filter
    pageSize = settings.pageSize
    timeout = settings.timeout.components.seconds
  }
}

extension DirectoryAnswer.Bind {
  fileprivate init(_ bind: LDAPSettings.Bind) {
    switch bind {
    case .simple(let user, let password):
      self.init(method: "simple", user: user, password: Self.kind(of: password))
    case .gssapi(let keytab, let principal):
      self.init(method: "gssapi", user: principal, password: keytab.map { _ in "keytab" })
    }
  }

  private static func kind(of secret: SecretSource) -> String {
    switch secret {
    case .file: "file"
    case .environment: "environment"
    case .command: "command"
    }
  }
}

/// A tenant's directories.
package struct DirectoriesAnswer: Encodable, Sendable {
  let tenant: String
  let directories: [DirectoryAnswer]

  /// Tells of a tenant's directories.
  package init(_ tenant: Tenant) {
    self.tenant = tenant.name
    directories = tenant.directories.map(DirectoryAnswer.init)
  }
}
