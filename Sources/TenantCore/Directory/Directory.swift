package import PluginContract

/// One Active Directory domain, as the tenant file configures it.
package struct Directory: Sendable, Equatable {
  /// Where the users are read from; paths are absolute.
  package enum Source: Sendable, Equatable {
    case ldap(LDAPSettings)
    /// An export by ldapsearch or ldifde.
    case ldif(path: String)
    /// An export by csvde or `Export-Csv`.
    case csv(path: String)
  }

  /// The NetBIOS name: the `DOMAIN` in `DOMAIN\login`.
  package var domain: String
  /// The DNS name, an alias of the domain in a Windows login.
  package var dnsDomain: String?
  /// Where the users are read from.
  package var source: Source
  /// Users that are read but left out (M13).
  package var exclusions: Exclusions

  /// Makes a directory.
  package init(
    domain: String, dnsDomain: String? = nil, source: Source, exclusions: Exclusions = Exclusions()
  ) {
    self.domain = domain
    self.dnsDomain = dnsDomain
    self.source = source
    self.exclusions = exclusions
  }

  /// True if an export is read: a file knows nothing of what is not in it, and may be spoiled (S7).
  package var isFile: Bool {
    switch source {
    case .ldap: false
    case .ldif, .csv: true
    }
  }

  /// The directory as a matcher needs to know it.
  package var identity: DirectoryIdentity {
    DirectoryIdentity(domain: domain, dnsDomain: dnsDomain)
  }
}

/// Users that are read but left out (M13).
package struct Exclusions: Sendable, Equatable {
  /// Globs over the login; `*` and `?`, any case.
  package var logins: [String]
  /// Organizational units: relative to the root DN in a live directory, or whole DNs.
  package var organizationalUnits: [String]
  /// An LDAP filter; live directories only.
  package var filter: String?

  /// Makes exclusions.
  package init(logins: [String] = [], organizationalUnits: [String] = [], filter: String? = nil) {
    self.logins = logins
    self.organizationalUnits = organizationalUnits
    self.filter = filter
  }
}

/// How a live directory is reached and what is read of it.
package struct LDAPSettings: Sendable, Equatable {
  /// How the hosts are found.
  package enum Hosts: Sendable, Equatable {
    /// These, in order.
    case listed([String])
    /// The DNS service records of the directory's `dnsDomain`.
    case discovered
  }

  /// How the connection is protected.
  package enum Security: String, Sendable, CaseIterable {
    case ldaps, starttls
    /// Kerberos and its own encryption, without certificates; GSSAPI binds only.
    case sealed
    /// Loopback addresses only.
    case plaintext

    /// True if the server shows a certificate.
    package var isTLS: Bool { self == .ldaps || self == .starttls }

    /// The port that is used where the tenant file names none.
    package var defaultPort: Int { self == .ldaps ? 636 : 389 }
  }

  /// How tenantctl signs in to the directory.
  package enum Bind: Sendable, Equatable {
    case simple(user: String, password: SecretSource)
    /// Kerberos with a keytab (absolute path).
    case gssapi(keytab: String?, principal: String?)
  }

  /// The servers to ask.
  package var hosts: Hosts
  /// Nil: 636 for ldaps, 389 otherwise.
  package var port: Int?
  /// How the connection is protected.
  package var security: Security
  /// Absolute path of a PEM file; nil: the system's trust store.
  package var caCertificate: String?
  /// How the tool signs in.
  package var bind: Bind
  /// The distinguished name under which everything lies.
  package var rootDN: String
  /// Relative to the root DN, subtrees; empty: all of the root DN.
  package var organizationalUnits: [String]
  /// And-ed with the person filter (M12).
  package var filter: String?
  /// Entries a page, 1 to 1,000.
  package var pageSize: Int
  /// How long an answer may take.
  package var timeout: Duration
  /// The most entries of one organizational unit; a server that gives more is taken for one that
  /// never ends.
  package var maxUsers: Int

  /// What ``maxUsers`` is where the tenant file does not say.
  package static let usualMaxUsers = 2_000_000

  /// Makes settings.
  package init(
    hosts: Hosts, port: Int? = nil, security: Security = .ldaps, caCertificate: String? = nil,
    bind: Bind, rootDN: String, organizationalUnits: [String] = [], filter: String? = nil,
    pageSize: Int = 1000, timeout: Duration = .seconds(30), maxUsers: Int = usualMaxUsers
  ) {
    self.hosts = hosts
    self.port = port
    self.security = security
    self.caCertificate = caCertificate
    self.bind = bind
    self.rootDN = rootDN
    self.organizationalUnits = organizationalUnits
    self.filter = filter
    self.pageSize = pageSize
    self.timeout = timeout
    self.maxUsers = maxUsers
  }
}

/// Where a secret is read from, at the last moment; never the secret itself.
package enum SecretSource: Sendable, Equatable {
  /// A file (absolute path) that others may not read.
  case file(path: String)
  /// An environment variable.
  case environment(name: String)
  /// A program and its arguments; the first line of what it prints.
  case command([String])
}
