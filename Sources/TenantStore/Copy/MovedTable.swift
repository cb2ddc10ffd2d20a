/// The table that says where a tenant has moved; at most one row a tenant.
///
/// What is append-only stays so (T5) while the tenant is here. Once it has moved, what is left of it may be removed, so
/// that it can come back.
enum MovedTable {
  static let name = "moved"

  /// For SQLite, where a database is a tenant.
  static let create =
    """
    CREATE TABLE moved (
      id INTEGER PRIMARY KEY CHECK (id = 0),
      at TEXT NOT NULL, destination TEXT NOT NULL, digest TEXT NOT NULL, actor TEXT NOT NULL
    );

    """ + refusals.map { refusal(of: $0.table, $0.words) }.joined(separator: "\n")

  /// The tables of which nothing is deleted, and what is said to who tries.
  private static let refusals = [
    ("runs", "runs is append-only"), ("changes", "changes is append-only"),
    ("reviews", "a review is never deleted"),
    ("review_decisions", "review_decisions is append-only"),
    ("review_rows", "review_rows is append-only"),
  ].map { (table: $0.0, words: $0.1) }

  private static func refusal(of table: String, _ words: String) -> String {
    """
    DROP TRIGGER \(table)_refuse_delete;
    CREATE TRIGGER \(table)_refuse_delete BEFORE DELETE ON \(table)
    WHEN NOT EXISTS (SELECT 1 FROM moved)
    BEGIN SELECT RAISE(ABORT, '\(words)'); END;
    """
  }

  /// For PostgreSQL. What the version before this one reads of a moved tenant's lease is `leases.moved_to`.
  static let createPostgres = """
    CREATE TABLE moved (
      \(PostgresSchema.tenantColumn), id bigint NOT NULL CHECK (id = 0),
      at text NOT NULL, destination text NOT NULL, digest text NOT NULL, actor text NOT NULL,
      PRIMARY KEY (tenant)
    );
    CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM \(PostgresSchema.name).moved AS m WHERE m.tenant = OLD.tenant) THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION '%', TG_ARGV[0];
    END $$;
    """
}
