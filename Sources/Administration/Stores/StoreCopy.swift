package import TenantCore

extension TenantSession {
  /// What stands in the audit for a tenant whose store was copied.
  package static let copyAction = "store copy"

  /// Whether there is anything of the tenant to copy.
  package func presence(in copying: any StoreCopying) async throws -> StorePresence {
    try await copying.presence(of: permit)
  }

  /// Copies all that the tenant has to another place, after which it is written there only. The audit of both places
  /// says so.
  package func copyStore(
    with copying: any StoreCopying, at moment: Timestamp = .now()
  ) async throws -> CopiedTenant {
    try await copying.copy(permit, at: moment)
  }
}
