internal import Authorization
internal import Hummingbird
internal import TenantCore
internal import Workbench

/// The directories as they are configured, and whether they answer.
struct DirectoryAPI: Sendable {
  let api: APIRoutes

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/directories", "test-connection") { call in
      _ = try call.query()
      return try call.answer([
        "tenant": call.tenant.name,
        "directories": call.tenant.directories.map(DirectoryJSON.object),
      ])
    }
    api.on(router, .post, "/directories/:domain/test-connection", "test-connection") { call in
      _ = try call.query()
      let domain = try call.parameter("domain")
      guard call.tenant.directories.contains(where: { $0.domain == domain }) else {
        throw APIProblem.nothingHere
      }
      let steps = try await call.administration.testConnection(domain)
      return try call.answer([
        "tenant": call.tenant.name, "domain": domain,
        "steps": steps.map { step in
          [
            "name": step.name.rawValue, "target": step.target, "succeeded": step.succeeded,
            "message": step.message,
          ] as [String: Any]
        },
      ])
    }
  }
}

/// A directory as an object; of a secret only of what kind its source is.
enum DirectoryJSON {
  static func object(_ directory: Directory) -> [String: Any] {
    let exclusions = directory.exclusions
    var object: [String: Any] = [
      "domain": directory.domain, "dnsDomain": HistoryJSON.orNull(directory.dnsDomain),
      "exclude": [
        "logins": exclusions.logins, "organizationalUnits": exclusions.organizationalUnits,
        "filter": HistoryJSON.orNull(exclusions.filter),
      ] as [String: Any],
    ]
    switch directory.source {
    case .ldap(let settings):
      object["source"] = "ldap"
      object["ldap"] = Self.object(settings)
    case .ldif(let path):
      object["source"] = "ldif"
      object["file"] = path
    case .csv(let path):
      object["source"] = "csv"
      object["file"] = path
    }
    return object
  }

  private static func object(_ settings: LDAPSettings) -> [String: Any] {
    let hosts: [String]? = if case .listed(let names) = settings.hosts { names } else { nil }
    return [
      // Null: they are found through DNS service records.
      "hosts": HistoryJSON.orNull(hosts),
      "port": settings.port ?? settings.security.defaultPort,
      "security": settings.security.rawValue,
      "caCertificate": HistoryJSON.orNull(settings.caCertificate),
      "bind": object(settings.bind), "rootDN": settings.rootDN,
      "organizationalUnits": settings.organizationalUnits,
      "filter": HistoryJSON.orNull(settings.filter), "pageSize": settings.pageSize,
      "timeout": settings.timeout.components.seconds,
    ]
  }

  private static func object(_ bind: LDAPSettings.Bind) -> [String: Any] {
    switch bind {
    case .simple(let user, let password):
      ["method": "simple", "user": user, "password": kind(of: password)]
    case .gssapi(let keytab, let principal):
      [
        "method": "gssapi", "user": HistoryJSON.orNull(principal),
        "password": HistoryJSON.orNull(keytab.map { _ in "keytab" }),
      ]
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
