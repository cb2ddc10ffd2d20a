/// Who may connect to a database, as its owner said or as PostgreSQL has it: everybody, unless somebody took that away.
struct DatabaseAccess {
  let database: String
  /// True if every role of the server may.
  let isOpen: Bool
  /// True if whoever asks may change that.
  let isOwn: Bool

  init(_ connection: PostgresConnection) throws {
    let row =
      try connection.texts(
        """
        SELECT datname::text, has_database_privilege('public', oid, 'CONNECT')::text,
          pg_has_role(datdba, 'USAGE')::text
        FROM pg_catalog.pg_database WHERE datname = current_database()
        """
      ).first ?? []
    database = row.first.flatMap(\.self) ?? ""
    isOpen = row.dropFirst().first == "true"
    isOwn = row.last == "true"
  }
}
