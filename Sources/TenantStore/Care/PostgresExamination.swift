internal import Administration
internal import Glibc
internal import TenantCore

/// What should be so in a PostgreSQL, looked at by the role and from the host of the programs.
struct PostgresExamination {
  typealias Finding = StoreExamination.Finding

  private let connection: PostgresConnection

  init(_ connection: PostgresConnection) { self.connection = connection }

  func findings() throws -> [Finding] {
    try server() + [encoding(), clock()] + durability() + schema() + [access()] + role()
  }

  /// A version's number as people know it: 150018 is 15.18.
  static func version(_ number: Int) -> String { "\(number / 10_000).\(number % 10_000)" }

  // MARK: - The server

  private func server() throws -> [Finding] {
    let number = connection.serverVersion
    let isOld = number < PostgresCare.oldestServer
    let row =
      try connection.texts(
        """
        SELECT coalesce((SELECT version FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), ''),
          host(inet_server_addr()), pg_is_in_recovery()::text, current_setting('max_connections')
        """
      ).first ?? []
    let (tls, address) = (row[0] ?? "", row[1])
    let way =
      !tls.isEmpty ? tls : address == nil ? "through a socket" : "not encrypted, on loopback"
    let isStandby = row[2] == "true"
    return [
      Finding(
        "server", "PostgreSQL \(Self.version(number))",
        remedy: isOld ? "update it to version 15 or later" : nil),
      Finding("connection", address.map { "\(way), to \($0)" } ?? way),
      Finding(
        "writes", isStandby ? "this is a standby, which is only read" : "this is a primary",
        remedy: isStandby
          ? "name all hosts in the URL, with target_session_attrs=read-write" : nil),
      Finding(
        "connections",
        "at most \(row[3] ?? ""), of which each host takes up to \(PostgresPool.mostConnections)"),
    ]
  }

  private func encoding() throws -> Finding {
    let encoding = try connection.text("SHOW server_encoding") ?? ""
    return Finding(
      "encoding", encoding,
      remedy: encoding == "UTF8"
        ? nil
        : "make a database with ENCODING 'UTF8' TEMPLATE template0, and prepare that one")
  }

  /// A host whose clock differs writes times into the history that seem to go back.
  private static let longestDifference = 2.0

  private func clock() throws -> Finding {
    let before = Self.now()
    let text = try connection.text(
      "SELECT extract(epoch FROM clock_timestamp())::numeric(20, 6)::text")
    let after = Self.now()
    let difference = (text.flatMap { Double($0) } ?? 0) - (before + after) / 2
    let doubt = (after - before) / 2
    let words =
      "\(Self.seconds(abs(difference))) \(difference < 0 ? "behind" : "ahead of") this host's"
    return Finding(
      "clock", "the database's is \(words), or up to \(Self.seconds(doubt)) more or less",
      remedy: abs(difference) - doubt <= Self.longestDifference
        ? nil : "set both clocks by a time server")
  }

  private static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func seconds(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded(.up))
    return thousandths < 1000 ? "\(thousandths) ms" : "\(thousandths / 1000) s"
  }

  // MARK: - What survives a loss of power

  private func durability() throws -> [Finding] {
    let consequences = [
      ("fsync", "a loss of power may leave the database damaged; set it to on"),
      ("full_page_writes", "a loss of power may leave the database damaged; set it to on"),
      ("synchronous_commit", "a run that was said to be done may be lost; set it to on"),
    ]
    return try consequences.map { name, remedy in
      let value = try connection.text("SHOW \(name)") ?? ""
      return Finding(name, value, remedy: value == "off" ? remedy : nil)
    }
  }

  // MARK: - What keeps the tenants apart

  private func schema() throws -> [Finding] {
    let name = PostgresSchema.name
    guard try connection.text("SELECT to_regnamespace('\(name)')::text") != nil else {
      return [Finding("schema", "there is none named \(name)", needsPreparation: true)]
    }
    guard
      try connection.text("SELECT has_schema_privilege('\(name)', 'USAGE')::text") == "true"
    else {
      return [Finding("schema", "this role may not use it", needsPreparation: true)]
    }
    return try [steps(), isolation(), rights()]
  }

  private func steps() throws -> Finding {
    let (done, binding) = try PostgresSchema.stepsDone(connection)
    let known = PostgresSchema.steps.map(\.name)
    if let unknown = binding.first(where: { !known.contains($0) }) {
      return Finding(
        "schema", "of a newer version, which this one does not fit: it has '\(unknown)'",
        remedy: "update the programs on this host")
    }
    let missing = known.filter { !done.contains($0) }
    let newer = done.filter { !known.contains($0) }
    if missing.isEmpty, !newer.isEmpty {
      return Finding(
        "schema",
        "of a newer version, which this one fits; it has '\(newer.joined(separator: "', '"))'")
    }
    return missing.isEmpty
      ? Finding("schema", "of this version, up to '\(known.last ?? "")'")
      : Finding(
        "schema", "of an older version: it lacks '\(missing.joined(separator: "', '"))'",
        needsPreparation: true)
  }

  private func isolation() throws -> Finding {
    let tables = try connection.texts(
      """
      SELECT c.relname::text, (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
        SELECT 1 FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid))::text
      FROM pg_catalog.pg_class AS c
      WHERE c.relnamespace = '\(PostgresSchema.name)'::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relname <> 'migrations'
      ORDER BY 1
      """)
    let open = tables.filter { $0[1] != "true" }.compactMap { $0[0] }
    return Finding(
      "row-level security",
      open.isEmpty
        ? "on and forced in all \(tables.count) tables"
        : "not on and forced in \(open.joined(separator: ", "))",
      remedy: open.isEmpty
        ? nil
        : "as the owner, ALTER TABLE … ENABLE ROW LEVEL SECURITY and FORCE ROW LEVEL SECURITY, and put the "
          + "policy back; nothing keeps the tenants apart there")
  }

  private func rights() throws -> Finding {
    let lacking = try connection.texts(
      """
      SELECT c.relname::text FROM pg_catalog.pg_class AS c
      WHERE c.relnamespace = '\(PostgresSchema.name)'::regnamespace AND c.relkind IN ('r', 'p', 'v')
        AND NOT (has_table_privilege(c.oid, 'SELECT') AND (c.relname = 'migrations' OR c.relkind = 'v'
          OR has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')
          AND has_table_privilege(c.oid, 'DELETE')))
      ORDER BY 1
      """
    ).compactMap { $0[0] }
    return lacking.isEmpty
      ? Finding("rights", "to read and write rows in all tables")
      : Finding("rights", "lacking in \(lacking.joined(separator: ", "))", needsPreparation: true)
  }

  private func access() throws -> Finding {
    try DatabaseAccess(connection).isOpen
      ? Finding(
        "access", "every role of the server may connect, and hear which tenants run",
        needsPreparation: true)
      : Finding("access", "only roles that it was given to may connect")
  }

  private func role() throws -> [Finding] {
    let row =
      try connection.texts(
        """
        SELECT rolname::text, rolsuper::text, rolbypassrls::text,
          (SELECT string_agg(c.relname::text, ', ' ORDER BY c.relname) FROM pg_catalog.pg_class AS c
            WHERE c.relnamespace = to_regnamespace('\(PostgresSchema.name)') AND c.relkind IN ('r', 'p', 'v')
              AND pg_has_role(c.relowner, 'MEMBER'))
        FROM pg_catalog.pg_roles WHERE rolname = current_user
        """
      ).first ?? []
    let (name, owned) = (row[0] ?? "", row[3])
    let isSuperuser = row[1] == "true"
    let powers = [
      isSuperuser ? "is a superuser" : nil,
      row[2] == "true" && !isSuperuser ? "may bypass row-level security" : nil,
      owned != nil && !isSuperuser ? "owns tables, or is a member of who does" : nil,
    ].compactMap(\.self)
    return [
      Finding(
        "role",
        powers.isEmpty
          ? "'\(name)' owns no table and may not bypass row-level security"
          : "'\(name)' \(powers.joined(separator: " and "))",
        remedy: powers.isEmpty
          ? nil
          : "let the programs sign in as a role of their own; preparing the store makes one")
    ]
  }
}
