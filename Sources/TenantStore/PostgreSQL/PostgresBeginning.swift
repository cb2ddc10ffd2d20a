internal import TenantCore

/// What a transaction begins with: one message that sets the tenant, so that the database shows its rows alone (H2), and
/// asks what of the schema keeps this program from going on.
enum PostgresBeginning {
  static func reading(_ tenant: String) -> String {
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \(settings(tenant)), \(PostgresSchema.trouble)"
  }

  static func writing(_ tenant: String) -> String {
    """
    BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \(settings(tenant)), \
    set_config('idle_in_transaction_session_timeout', '\(patienceWithHosts)', true), \
    \(PostgresSchema.trouble)
    """
  }

  /// In milliseconds: a host that is paused while it writes keeps the tenant's row from others for no longer than a lease.
  private static let patienceWithHosts = Int(Lease.duration / .milliseconds(1))

  /// What counts for this transaction only.
  private static func settings(_ tenant: String) -> String {
    let quoted = tenant.replacing("'", with: "''")
    return """
      SELECT set_config('search_path', '\(PostgresSchema.name), pg_temp', true), \
      set_config('tenantctl.tenant', '\(quoted)', true), set_config('jit', 'off', true)
      """
  }
}
