internal import Authorization
internal import PluginContract
internal import TenantCore

/// A tenant's file as facts for a page; of a secret only where it comes from.
struct ConfigurationFacts: Sendable {
  let tenant: Tenant
  let access: AccessPolicy

  /// A directory as it is configured.
  func facts(of directory: Directory) -> [Fact] {
    var facts: [Fact] = [Fact("Domain", [directory.domain])]
    if let name = directory.dnsDomain { facts.append(Fact("DNS domain", [name])) }
    switch directory.source {
    case .ldap(let settings): facts += Self.facts(of: settings)
    case .ldif(let path): facts.append(Fact("Source", ["LDIF file \(path)"]))
    case .csv(let path): facts.append(Fact("Source", ["CSV file \(path)"]))
    }
    let exclusions = directory.exclusions
    let rules =
      exclusions.logins.map { "logins \($0)" }
      + exclusions.organizationalUnits.map { "organizational unit \($0)" }
      + (exclusions.filter.map { ["filter \($0)"] } ?? [])
    if !rules.isEmpty { facts.append(Fact("Excluded", rules)) }
    return facts
  }

  private static func facts(of settings: LDAPSettings) -> [Fact] {
    let hosts: [String] =
      switch settings.hosts {
      case .listed(let names): names
      case .discovered: ["found through DNS service records"]
      }
    let security: String =
      switch settings.security {
      case .ldaps: "LDAP over TLS"
      case .starttls: "StartTLS"
      case .sealed: "sealed by Kerberos"
      case .plaintext: "none (loopback only)"
      }
    var facts: [Fact] = [
      Fact("Source", ["live, over LDAP"]), Fact("Hosts", hosts),
      Fact("Port", ["\(settings.port ?? settings.security.defaultPort)"]),
      Fact("Security", [security]),
      Fact("CA certificate", [settings.caCertificate ?? "the system's trust store"]),
      Fact("Sign-in", [bind(settings.bind)]), Fact("Root DN", [settings.rootDN]),
      Fact(
        "Organizational units",
        settings.organizationalUnits.isEmpty
          ? ["all of the root DN"] : settings.organizationalUnits
      ),
    ]
    if let filter = settings.filter { facts.append(Fact("Filter", [filter])) }
    facts.append(Fact("Page size", ["\(settings.pageSize)"]))
    facts.append(Fact("Time limit", [PageWords.duration(settings.timeout.components.seconds)]))
    return facts
  }

  /// How the tool signs in, and where the secret comes from, not what it is.
  static func bind(_ bind: LDAPSettings.Bind) -> String {
    switch bind {
    case .simple(let user, let password): "\(user), password from \(source(password))"
    case .gssapi(_, let principal): "Kerberos" + (principal.map { " as \($0)" } ?? "")
    }
  }

  private static func source(_ secret: SecretSource) -> String {
    switch secret {
    case .file: "a file"
    case .environment: "the environment"
    case .command: "a command"
    }
  }

  /// What is said beside the directories.
  var sections: [(heading: String, facts: [Fact])] {
    [
      ("Users", [users]), ("Matching", matching), ("Synchronization", synchronization),
      ("Access", roles),
    ]
  }

  private var users: Fact {
    switch tenant.users {
    case .store: Fact("Source", ["the store, filled by imports"])
    case .csv(let path): Fact("Source", ["CSV file \(path), read at each run"])
    }
  }

  private var matching: [Fact] {
    let matching = tenant.matching
    var facts = [Fact("Matcher", [Self.words(matching.matcher)])]
    if !matching.strategies.isEmpty {
      facts.append(Fact("Mode", [matching.mode.rawValue]))
      facts.append(Fact("Strategies, in order", matching.strategies.map(Self.words)))
    }
    return facts
  }

  private static func words(_ strategy: Matching.Strategy) -> String {
    let options = strategy.options.sorted { $0.key < $1.key }.map { name, value in
      switch value {
      case .boolean(let isOn): "\(name) \(isOn)"
      case .integer(let number): "\(name) \(number)"
      case .string(let text): "\(name) \(text)"
      }
    }
    return strategy.matcher + (options.isEmpty ? "" : " (\(options.joined(separator: ", ")))")
  }

  private var synchronization: [Fact] {
    let settings = tenant.synchronization
    let limits = settings.limits
    return [
      Fact("Interval", [PageWords.duration(settings.interval.components.seconds)]),
      Fact("Blank values", [settings.blankValues == .keep ? "keep the user's value" : "clear it"]),
      Fact(
        "A run is refused beyond",
        [
          "\(limits.maxDropPercent) % fewer users", "\(limits.maxUpdatesPercent) % changed users",
          "\(limits.maxNewLinksPercent) % new links",
        ]
          + (tenant.users == .store
            ? [] : ["\(limits.maxUserDropPercent) % fewer users in the file"])
      ),
    ]
  }

  private var roles: [Fact] {
    access.roles.sorted { $0.key < $1.key }.map { name, permissions in
      let holders = access.assignments.filter { $0.roles.contains(name) }.map { assignment in
        switch assignment.assignee {
        case .fileOwner: "the file's owner"
        case .osUser(let user): "system user \(user)"
        case .osGroup(let group): "system group \(group)"
        case .directoryGroup(let group): "directory group \(group)"
        case .localUser(let user): "local user \(user)"
        case .operator(let name): "operator \(name)"
        }
      }
      let grants = permissions.map(\.rawValue).sorted().joined(separator: ", ")
      return Fact("Role \(name)", ["grants \(grants)"] + holders)
    }
  }
}
