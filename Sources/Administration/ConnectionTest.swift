extension TenantSession {
  /// Tries every step to a directory, by its index in ``TenantCore/Tenant/directories``.
  package func testConnection(of directory: Int) async -> [ConnectionStep] {
    await ports.directories.testConnection(of: directory, permit: permit)
  }
}
