/// The tables of tenants' stores in PostgreSQL. What a column means is said where SQLite's table is.
enum PostgresTables {
  /// All tables, in the order in which they are made.
  static let names = [
    "users", "link_rows", "link_domains", "link_parents", "link_reasons", "releases",
    "snapshot_batches", "snapshot_rows", "adjustments", "unclaimed", "runs", "changes", "reviews",
    "review_decisions", "review_rows", "row_changes", "standing",
  ]

  /// What tells one row that is laid over the batches of a tenant from all others. A key is as long as a name in the
  /// directory may be, and what an index holds is limited to a third of a page.
  static let rowKey = "tenant, sha256(key)"

  private static let tenant = PostgresSchema.tenantColumn
  /// Texts are compared by their bytes, as SQLite does.
  private static let text = "text COLLATE \"C\""

  static let create = """
    CREATE TABLE users (
      \(tenant), id bigint NOT NULL,
      name_key \(text) NOT NULL, user_name \(text) NOT NULL,
      is_imported bigint NOT NULL, is_active bigint NOT NULL,
      windows_login \(text), is_login_locked bigint NOT NULL DEFAULT 0,
      acd_first_name \(text), acd_last_name \(text), acd_employee_id \(text), acd_email \(text),
      recording_first_name \(text), recording_last_name \(text), recording_employee_id \(text),
      recording_email \(text),
      override_first_name \(text), override_last_name \(text), override_employee_id \(text),
      override_email \(text),
      PRIMARY KEY (tenant, id)
    ) WITH (fillfactor = 70);
    CREATE UNIQUE INDEX users_by_name ON users (\(Dialect.uniqueName));
    CREATE TABLE link_rows (
      \(tenant), user_id bigint NOT NULL, guid bytea NOT NULL, run bigint NOT NULL,
      domain bigint NOT NULL, parent bigint, reason bigint NOT NULL, login \(text) NOT NULL,
      reason_value \(text), reason_canonical \(text), reason_candidates \(text),
      reason_detail \(text),
      PRIMARY KEY (tenant, user_id), UNIQUE (tenant, guid)
    );
    CREATE TABLE link_domains (
      \(tenant), id bigint NOT NULL, name \(text) NOT NULL,
      PRIMARY KEY (tenant, id), UNIQUE (tenant, name)
    );
    CREATE TABLE link_parents (
      \(tenant), id bigint NOT NULL, name \(text) NOT NULL, PRIMARY KEY (tenant, id)
    );
    CREATE TABLE link_reasons (
      \(tenant), id bigint NOT NULL, code \(text) NOT NULL, matcher \(text), attribute \(text),
      derived bigint NOT NULL,
      PRIMARY KEY (tenant, id)
    );
    \(LinkSchema.postgresView)
    CREATE TABLE releases (
      \(tenant), guid bytea NOT NULL, user_id bigint NOT NULL, actor \(text) NOT NULL,
      released_at \(text) NOT NULL, comment \(text), domain \(text), login \(text),
      held_values \(text),
      PRIMARY KEY (tenant, guid, user_id)
    );
    CREATE TABLE snapshot_batches (
      \(tenant), number bigint NOT NULL, first_key bytea NOT NULL, domain \(text) NOT NULL,
      row_count bigint NOT NULL,
      anchors bytea NOT NULL, codes bytea NOT NULL, shown bytea NOT NULL, names bytea NOT NULL,
      rest bytea NOT NULL,
      PRIMARY KEY (tenant, number)
    );
    CREATE TABLE snapshot_rows (
      \(tenant), key bytea NOT NULL, domain \(text),
      anchors bytea, codes bytea, shown bytea, names bytea, rest bytea
    );
    CREATE UNIQUE INDEX snapshot_rows_by_key ON snapshot_rows (\(rowKey));
    CREATE TABLE adjustments (
      \(tenant), state \(text) NOT NULL, row_count bigint NOT NULL, PRIMARY KEY (tenant, state)
    );
    CREATE TABLE unclaimed (
      \(tenant), name_key \(text) NOT NULL, user_name \(text) NOT NULL
    );
    CREATE UNIQUE INDEX unclaimed_by_name ON unclaimed (\(Dialect.uniqueName));
    CREATE TABLE runs (
      \(tenant), id bigint NOT NULL, outcome \(text) NOT NULL, actor \(text) NOT NULL,
      started_at \(text) NOT NULL, completed_at \(text) NOT NULL, message \(text),
      new_links bigint NOT NULL, updated_users bigint NOT NULL, details \(text) NOT NULL,
      PRIMARY KEY (tenant, id)
    );
    CREATE TABLE changes (
      \(tenant), id bigint NOT NULL, kind \(text) NOT NULL, run bigint, at \(text) NOT NULL,
      actor \(text) NOT NULL, user_name \(text) NOT NULL, guid bytea, domain \(text),
      login \(text), fields \(text), comment \(text), packed bytea,
      PRIMARY KEY (tenant, id)
    );
    CREATE TABLE reviews (
      \(tenant), number bigint NOT NULL, state \(text) NOT NULL,
      opened_at \(text) NOT NULL, opened_by \(text) NOT NULL, opened_run bigint NOT NULL,
      opened_change bigint NOT NULL,
      closed_at \(text), closed_by \(text), closed_run bigint, closed_change bigint,
      statement \(text), digest \(text), previous_digest \(text), last_decision bigint,
      details \(text), key_signature \(text),
      PRIMARY KEY (tenant, number)
    );
    CREATE UNIQUE INDEX reviews_open ON reviews (tenant, state) WHERE state = 'open';
    CREATE TABLE review_decisions (
      \(tenant), id bigint NOT NULL, review bigint NOT NULL, subject bytea NOT NULL,
      kind \(text) NOT NULL, note \(text), until_day \(text), assignee \(text),
      actor \(text) NOT NULL, at \(text) NOT NULL, state \(text), user_name \(text),
      reason_code \(text), flags bigint NOT NULL,
      PRIMARY KEY (tenant, id)
    );
    CREATE INDEX review_decisions_by_review ON review_decisions (tenant, review);
    CREATE TABLE review_rows (
      \(tenant), review bigint NOT NULL, number bigint NOT NULL, domain \(text) NOT NULL,
      row_count bigint NOT NULL, facts bytea NOT NULL, shown bytea NOT NULL,
      PRIMARY KEY (tenant, review, number)
    );
    CREATE TABLE row_changes (
      \(tenant), id bigint NOT NULL, run bigint NOT NULL, is_by_hand bigint NOT NULL,
      at \(text) NOT NULL, keys bytea,
      PRIMARY KEY (tenant, id)
    );
    CREATE TABLE standing (
      \(tenant), id bigint NOT NULL CHECK (id = 0), basis \(text) NOT NULL, counts \(text) NOT NULL,
      PRIMARY KEY (tenant, id)
    );

    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;
    \(appendOnly("runs"))
    \(appendOnly("changes"))
    \(appendOnly("review_decisions"))
    \(appendOnly("review_rows"))
    CREATE TRIGGER reviews_refuse_update BEFORE UPDATE ON reviews
      FOR EACH ROW WHEN (OLD.state <> 'open')
      EXECUTE FUNCTION refuse('a closed review never changes');
    CREATE TRIGGER reviews_refuse_delete BEFORE DELETE ON reviews
      FOR EACH ROW EXECUTE FUNCTION refuse('a review is never deleted');
    """

  /// A first run gives nearly each user a recording profile: with room for all of these on the page a row keeps its place
  /// in both indexes, and its new version takes the room that it would take elsewhere
  /// (https://www.postgresql.org/docs/current/storage-hot.html). A user with both profiles is 1.5 of what it was without.
  static let roomForProfiles = "ALTER TABLE users SET (fillfactor = 40);"

  /// T5: what happened cannot be changed afterwards.
  static func appendOnly(_ table: String) -> String {
    """
    CREATE TRIGGER \(table)_refuse_change BEFORE UPDATE OR DELETE ON \(table)
      FOR EACH ROW EXECUTE FUNCTION refuse('\(table) is append-only');
    """
  }
}
