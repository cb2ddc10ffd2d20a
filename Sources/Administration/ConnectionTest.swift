extension TenantSession {
  /// Tries every step to a directory, by its index in ``TenantCore/Tenant/directories``.
  package func testConnection(of directory: Int) async -> [ConnectionStep] {
    await ports.directories.testConnection(of: directory, permit: permit)
  }
}

/// What a test of a connection to a directory found, step by step.
package struct ConnectionTestAnswer: Encodable, Sendable {
  /// What was tried, and what came of it.
  struct Step: Encodable, Sendable {
    let name: String
    let target: String
    let succeeded: Bool
    let message: String
  }

  let tenant: String
  let domain: String
  let steps: [Step]

  /// Tells of a test.
  package init(tenant: String, domain: String, steps: [ConnectionStep]) {
    self.tenant = tenant
    self.domain = domain
    self.steps = steps.map {
      Step(
        name: $0.name.rawValue, target: $0.target, succeeded: $0.succeeded, message: $0.message)
    }
  }
}
