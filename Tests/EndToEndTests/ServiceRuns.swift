import Foundation
import Harness

/// A run as `history --output json` gives it.
struct ServiceRun: Decodable {
  var outcome: String
  var startedAt: String
  var completedAt: String
  var message: String?
}

extension RunTenantctl {
  /// Lets the example tenants run every second.
  func shortenIntervals() throws {
    for name in ["acme", "globex"] {
      let text = try read("tenants/\(name).yaml")
      try addTenantFile(name, text + "\nsynchronization:\n  interval: 1s\n")
    }
  }

  /// The runs of a tenant, the latest first.
  func runs(of tenant: String) async throws -> [ServiceRun] {
    struct History: Decodable { var runs: [ServiceRun] }
    let text = try await done("history", tenant, "--output", "json")
    return try JSONDecoder().decode(History.self, from: Data(text.utf8)).runs
  }

  /// A tenant whose directory never answers.
  func addSlowTenant(_ name: String, port: UInt16) throws {
    try folder.write("secret", to: "tenants/password")
    try addTenantFile(
      name,
      """
      version: 1
      tenant: \(name)
      directories:
        - domain: SLOW
          source: ldap
          hosts: [127.0.0.1]
          port: \(port)
          security: plaintext
          bind: { method: simple, user: reader, password: { file: password } }
          rootDN: DC=slow,DC=example
          timeout: 5m
      synchronization: { interval: 1s }
      access:
        roles:
          admin: [Administer Tenant, Administer Active Directory Authentication]
        assignments:
          - { fileOwner: true, roles: [admin] }
      """)
  }
}
