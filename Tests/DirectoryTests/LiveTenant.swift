import Foundation
import Harness

extension RunTenantctl {
  /// The program with the tenant `acme` on the live domain ACME, restricted to some of its units.
  ///
  /// - Parameters:
  ///   - units: the organizational units, as YAML.
  ///   - lines: what stands behind them in the tenant file, with its indentation.
  ///   - assignments: more of them than the file's owner, a line each.
  static func withLiveTenant(
    units: String, _ lines: [String] = [], assignments: [String] = []
  ) throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    try tenantctl.folder.write(try Servers.value("PASSWORD"), to: "tenants/password")
    try tenantctl.folder.write(
      String(contentsOfFile: try Servers.value("CA"), encoding: .utf8), to: "tenants/ca.pem")
    let more = lines.map { $0 + "\n" }.joined()
    try tenantctl.addTenantFile(
      "acme",
      """
      version: 1
      tenant: acme
      directories:
        - domain: ACME
          dnsDomain: acme.example
          source: ldap
          hosts: [\(try Servers.value("ACME_HOST"))]
          caCertificate: ca.pem
          bind:
            method: simple
            user: \(try Servers.value("ACME_USER"))
            password: { file: password }
          rootDN: \(try Servers.value("ACME_BASE"))
          organizationalUnits: \(units)
      \(more)access:
        roles:
          admin: [Administer Tenant, Administer Active Directory Authentication]
        assignments:
          - { fileOwner: true, roles: [admin] }
      \(assignments.map { "    - \($0)\n" }.joined())
      """)
    return tenantctl
  }
}
