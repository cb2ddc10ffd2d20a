internal import TenantCore

/// What SQLite and PostgreSQL say in different words.
///
/// PostgreSQL takes lists as arrays: it knows how long an array is before it decides whether to use an index, and takes
/// any other list for one of a hundred.
enum Dialect: Sendable {
  case sqlite
  case postgres

  /// Chooses.
  func choose(sqlite: String, postgres: String) -> String { self == .sqlite ? sqlite : postgres }

  /// A subquery that gives the numbers of a parameter made by ``ValueList/append(_:to:)-(Sequence<Int64>,_)``.
  var numbers: String {
    choose(
      sqlite: "(SELECT value FROM json_each(?))",
      postgres: "(SELECT unnest(translate(?, '[]', '{}')::bigint[]))")
  }

  /// A subquery that gives the texts of a parameter made by ``ValueList/append(_:to:for:)``.
  var texts: String {
    choose(
      sqlite: "(SELECT value FROM json_each(?))",
      postgres: "(SELECT value FROM unnest(?::text[]) AS value)")
  }

  /// The same with `place`, the place of each text in the list.
  var placedTexts: String {
    choose(
      sqlite: "(SELECT key AS place, value FROM json_each(?))",
      postgres:
        "(SELECT place, value FROM unnest(?::text[]) WITH ORDINALITY AS list (value, place))")
  }

  /// A condition that a column of folded names holds a value, which is named twice.
  ///
  /// What a row of PostgreSQL's index holds is limited to a third of a page, and a name is not: the index has the
  /// first 63 bytes of names, as the type `name` has them. Unlike `left`, its cast is known to leak nothing, without
  /// which no index is used for a condition where row-level security is on
  /// (https://www.postgresql.org/docs/current/rules-privileges.html).
  func holds(_ column: String, _ value: String) -> String {
    choose(
      sqlite: "\(column) = \(value)",
      postgres:
        "(\(Self.beginning(of: column)) = \(Self.beginning(of: value)) AND \(column) = \(value))")
  }

  /// A condition that a column of folded names holds one of the texts of a parameter.
  func isAmongTexts(_ column: String) -> String {
    choose(
      sqlite: "\(column) IN \(texts)",
      postgres: "EXISTS (SELECT 1 FROM \(texts) AS wanted WHERE \(holds(column, "wanted.value")))")
  }

  /// Joins a table to a list of values that stands before it, in this order.
  var join: String { choose(sqlite: "CROSS JOIN", postgres: "JOIN") }

  /// A condition that a column of folded names holds what comes after a value, which is named twice.
  func isAfter(_ column: String, _ value: String) -> String {
    choose(
      sqlite: "\(column) > \(value)",
      postgres:
        "(\(Self.beginning(of: column)), \(column)) > (\(Self.beginning(of: value)), \(value))")
  }

  /// The order of a column of folded names.
  func order(of column: String) -> String {
    choose(sqlite: column, postgres: "\(Self.beginning(of: column)), \(column)")
  }

  /// What tells one folded name from all others, for the conflict of two.
  var uniqueName: String {
    choose(sqlite: "name_key", postgres: Self.uniqueName)
  }

  /// The same for an index of PostgreSQL.
  static let uniqueName = "tenant, \(beginning(of: "name_key")), md5(name_key)"

  private static func beginning(of name: String) -> String { "name(\(name))" }

  /// A subquery that gives the GUIDs of a parameter made by ``ValueList/append(_:to:for:)-(Sequence<ObjectGUID>,_,_)``.
  ///
  /// It is named by its number, because SQLite copies a value that comes from a table each time that a
  /// part of it is taken, but not a parameter.
  func guids(parameter number: Int) -> String {
    choose(
      sqlite: """
        (WITH RECURSIVE places (place) AS (
          VALUES (1) UNION ALL SELECT place + 16 FROM places WHERE place + 16 <= length(?\(number)))
        SELECT substr(?\(number), place, 16) FROM places)
        """,
      postgres: "(SELECT unnest(?\(number)::bytea[]))")
  }

  /// The columns that tell one row of a table from all others: in PostgreSQL all tenants are in one table.
  func key(_ columns: String...) -> String {
    (self == .sqlite ? columns : ["tenant"] + columns).joined(separator: ", ")
  }
}
