internal import PluginContract
internal import TenantCore

/// What tells one holder of a lease from all others.
struct LeaseToken: Sendable, Hashable {
  let text: String

  /// A token that was never used before.
  static func random() -> LeaseToken {
    var generator = SystemRandomNumberGenerator()
    return LeaseToken(text: Hex.text(of: generator.next()) + Hex.text(of: generator.next()))
  }
}

/// The row of table `leases` that each tenant has: who runs it, and the lock that makes those who write into its store
/// follow each other.
enum LeaseRow {
  /// `marks` are those of the last transactions that were committed, for those whose answer was lost (H6);
  /// `version` is another one after each.
  static let table = """
    CREATE TABLE leases (
      \(PostgresSchema.tenantColumn),
      version bigint NOT NULL DEFAULT 0,
      marks text NOT NULL DEFAULT '',
      holder text, actor text, token text,
      since timestamptz, expires timestamptz,
      moved_to text,
      PRIMARY KEY (tenant)
    );
    """
  /// When a host that writes under a lease was seen last: its row of `leases` is locked then, and cannot be renewed.
  static let signs = """
    CREATE TABLE lease_signs (
      \(PostgresSchema.tenantColumn), seen timestamptz NOT NULL, PRIMARY KEY (tenant)
    );
    """
  /// The marks that are kept: so many transactions may come between a commit and the question for it.
  private static let markCount = 16

  /// Locks the row for the transaction, and notes its mark; gives what ``check(_:tenant:lease:evenIfMoved:)`` looks at.
  static func claim(mark: String) -> String {
    let length = (mark.utf8.count + 1) * markCount
    return """
      INSERT INTO leases (version, marks) VALUES (1, '\(mark)') ON CONFLICT (tenant) DO UPDATE
      SET version = leases.version + 1, marks = left(excluded.marks || ' ' || leases.marks, \(length))
      RETURNING token, moved_to, \(PostgresSchema.trouble)
      """
  }

  /// Looks at what ``claim(mark:)`` gave.
  ///
  /// - Throws: ``StoreError`` if the lease is somebody else's by now, or the store was moved away.
  static func check(
    _ claim: PostgresResult?, tenant: String, lease: LeaseToken?, evenIfMoved: Bool
  ) throws {
    if let place = claim?.text(0, 1), !evenIfMoved {
      throw MovedStore.refusal(tenant: tenant, place: place)
    }
    guard let lease, claim?.text(0, 0) != lease.text else { return }
    throw StoreError(
      .alreadyRunning,
      "this run of tenant '\(tenant)' took so long without a sign of life that another host may run it now; nothing was "
        + "written")
  }
}
