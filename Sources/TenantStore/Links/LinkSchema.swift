/// The tables that hold links, as narrow as a million of them need.
///
/// `link_rows` has a row for each link, in the order of the users' ids. What is the same in many links
/// (domain, parent, the kind of reason) is a number; what can be derived from the rest of the row is NULL.
/// `links` is the view that a query or a person reads, with every column as text.
enum LinkSchema {
  /// The bits of `link_reasons.derived`: what of a reason is not in its row.
  enum Derived {
    /// The value is the login.
    static let value: Int64 = 1
    /// The canonical value is the value in small letters.
    static let canonical: Int64 = 2
    /// The one candidate is the user.
    static let candidates: Int64 = 4
  }

  /// One-to-one (M9): the database itself refuses a second link of either side.
  static let tables = """
    CREATE TABLE link_rows (
      user_id INTEGER PRIMARY KEY REFERENCES users (id),
      guid BLOB NOT NULL,
      run INTEGER NOT NULL,
      domain INTEGER NOT NULL,
      parent INTEGER,
      reason INTEGER NOT NULL,
      login TEXT NOT NULL,
      reason_value TEXT, reason_canonical TEXT, reason_candidates TEXT, reason_detail TEXT
    );
    CREATE TABLE link_domains (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE link_parents (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE link_reasons (
      id INTEGER PRIMARY KEY,
      code TEXT NOT NULL, matcher TEXT, attribute TEXT,
      derived INTEGER NOT NULL
    );
    \(makeGUIDIndex);
    """

  /// The index that finds a directory user's link. GUIDs come in no order, so that filling it row by row
  /// costs more than making it once the rows are there; it is made in the transaction that dropped it.
  static let makeGUIDIndex = "CREATE UNIQUE INDEX link_rows_by_guid ON link_rows (guid)"
  static let dropGUIDIndex = "DROP INDEX link_rows_by_guid"

  /// Look-ups and no joins, so that SQLite takes a query's columns straight from the table.
  static let view = """
    CREATE VIEW links AS SELECT r.user_id AS user_id, r.guid AS guid, r.run AS run,
      (SELECT d.name FROM link_domains AS d WHERE d.id = r.domain) AS domain,
      r.login AS login,
      (SELECT p.name FROM link_parents AS p WHERE p.id = r.parent) AS parent,
      (SELECT k.code FROM link_reasons AS k WHERE k.id = r.reason) AS reason_code,
      (SELECT k.matcher FROM link_reasons AS k WHERE k.id = r.reason) AS reason_matcher,
      (SELECT k.attribute FROM link_reasons AS k WHERE k.id = r.reason) AS reason_attribute,
      \(value) AS reason_value,
      coalesce(r.reason_canonical, iif(\(isDerived(Derived.canonical)), lower(\(value)), NULL))
        AS reason_canonical,
      coalesce(r.reason_candidates, iif(\(isDerived(Derived.candidates)),
        (SELECT json_array(u.user_name) FROM users AS u WHERE u.id = r.user_id), NULL))
        AS reason_candidates,
      r.reason_detail AS reason_detail
    FROM link_rows AS r;
    """

  /// What a link's reason says was compared.
  static let value =
    "coalesce(r.reason_value, iif(\(isDerived(Derived.value)), r.login, NULL))"

  private static func isDerived(_ part: Int64) -> String {
    "(SELECT k.derived & \(part) FROM link_reasons AS k WHERE k.id = r.reason)"
  }

  /// ``view`` as PostgreSQL has it: with the rights of whoever reads it, so that it shows no more than they may see.
  static let postgresView = """
    CREATE VIEW links WITH (security_invoker = true) AS
    SELECT r.tenant, r.user_id, r.guid, r.run, d.name AS domain, r.login, p.name AS parent,
      k.code AS reason_code, k.matcher AS reason_matcher, k.attribute AS reason_attribute,
      coalesce(r.reason_value, CASE WHEN k.derived & \(Derived.value) <> 0 THEN r.login END)
        AS reason_value,
      coalesce(r.reason_canonical, CASE WHEN k.derived & \(Derived.canonical) <> 0 THEN lower(
        coalesce(r.reason_value, CASE WHEN k.derived & \(Derived.value) <> 0 THEN r.login END))
        END) AS reason_canonical,
      coalesce(r.reason_candidates, CASE WHEN k.derived & \(Derived.candidates) <> 0 THEN
        (SELECT json_build_array(u.user_name)::text FROM users AS u
          WHERE u.tenant = r.tenant AND u.id = r.user_id) END) AS reason_candidates,
      r.reason_detail
    FROM link_rows AS r
      LEFT JOIN link_domains AS d ON d.tenant = r.tenant AND d.id = r.domain
      LEFT JOIN link_parents AS p ON p.tenant = r.tenant AND p.id = r.parent
      LEFT JOIN link_reasons AS k ON k.tenant = r.tenant AND k.id = r.reason;
    """

  /// ``value`` as PostgreSQL has it.
  static let postgresValue = """
    coalesce(r.reason_value, CASE WHEN \(isDerived(Derived.value)) <> 0 THEN r.login END)
    """
}
