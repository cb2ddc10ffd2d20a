internal import GRDB

/// The tables of a tenant's store, and how they came to be.
///
/// A store carries the names of the migrations that made it: one that names a migration unknown
/// here was written by a newer version and is refused.
enum SQLiteSchema {
  /// The migrations in their order: what is stored knows them by their names.
  private static let steps: [(name: String, run: @Sendable (Database) throws -> Void)] = [
    (
      "1 first tables",
      { database in
        for sql in [users, links, releases, snapshot, unclaimed, runs, changes] {
          try database.execute(sql: sql)
        }
      }
    ),
    ("2 held users", { try HeldUsersMigration(StoreDatabase(engine: .sqlite($0))).run() }),
    (
      "3 snapshot in batches",
      { try SnapshotBatchesMigration(StoreDatabase(engine: .sqlite($0))).run() }
    ),
    ("4 narrow links", { try LinkSchemaMigration(StoreDatabase(engine: .sqlite($0))).run() }),
    // A row is a change, or a batch of them whose last one's number is its id.
    ("5 packed changes", { try $0.execute(sql: "ALTER TABLE changes ADD COLUMN packed BLOB") }),
    ("6 reviews", { try $0.execute(sql: ReviewTables.create) }),
    ("7 changed rows", { try $0.execute(sql: RowChangeTables.create) }),
    ("8 moved stores", { try $0.execute(sql: MovedTable.create) }),
  ]

  /// The steps of an earlier version's store, each in a transaction of its own.
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    for step in steps { migrator.registerMigration(step.name, migrate: step.run) }
    return migrator
  }()

  /// Makes the tables of a database that has none, in one transaction; brings an earlier version's to
  /// what they are now, step by step.
  ///
  /// A disk is waited for once for all steps, and a database whose making was ended has no table at all.
  static func bring(_ queue: DatabaseQueue) throws {
    let isMade = try queue.inDatabase { database in
      guard try isEmpty(database) else { return false }
      // Outside of a transaction only. As for a migration: tables change their names under references.
      try database.execute(sql: "PRAGMA foreign_keys = OFF")
      defer { try? database.execute(sql: "PRAGMA foreign_keys = ON") }
      return try make(database)
    }
    if !isMade { try migrator.migrate(queue) }
  }

  /// - Returns: false if another program made them meanwhile.
  private static func make(_ database: Database) throws -> Bool {
    var isMade = false
    try database.inTransaction(.immediate) {
      guard try isEmpty(database) else { return .rollback }
      try database.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
      // The table in which the migrator remembers its steps.
      try database.execute(
        sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
      for step in steps {
        try step.run(database)
        try database.execute(
          sql: "INSERT INTO grdb_migrations (identifier) VALUES (?)", arguments: [step.name])
      }
      isMade = true
      return .commit
    }
    return isMade
  }

  private static func isEmpty(_ database: Database) throws -> Bool {
    try Bool.fetchOne(database, sql: "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)") ?? false
  }

  /// True if a database was made by any of these migrations.
  static func isAnyStep(in database: Database) throws -> Bool {
    guard try database.tableExists("grdb_migrations") else { return false }
    return try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations")
      .contains { migrator.migrations.contains($0) }
  }

  /// True if a store has anything to lose.
  static func holdsAnything(_ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: "SELECT EXISTS (SELECT 1 FROM runs) OR EXISTS (SELECT 1 FROM changes)") ?? false
  }

  /// `is_imported` is 0 for a user of a users file that is read at each run: the row then holds
  /// only what the file does not (recording, override, the locked Windows login).
  private static let users = """
    CREATE TABLE users (
      id INTEGER PRIMARY KEY,
      name_key TEXT NOT NULL UNIQUE,
      user_name TEXT NOT NULL,
      is_imported INTEGER NOT NULL,
      is_active INTEGER NOT NULL,
      windows_login TEXT,
      is_login_locked INTEGER NOT NULL DEFAULT 0,
      acd_first_name TEXT, acd_last_name TEXT, acd_employee_id TEXT, acd_email TEXT,
      recording_first_name TEXT, recording_last_name TEXT, recording_employee_id TEXT,
      recording_email TEXT,
      override_first_name TEXT, override_last_name TEXT, override_employee_id TEXT,
      override_email TEXT
    );
    """

  /// As they were before ``LinkSchema``.
  private static let links = """
    CREATE TABLE links (
      guid BLOB PRIMARY KEY NOT NULL,
      user_id INTEGER NOT NULL UNIQUE REFERENCES users (id),
      run INTEGER NOT NULL,
      domain TEXT NOT NULL,
      login TEXT NOT NULL,
      reason_code TEXT NOT NULL, reason_matcher TEXT, reason_attribute TEXT, reason_value TEXT,
      reason_canonical TEXT, reason_candidates TEXT, reason_detail TEXT
    ) WITHOUT ROWID;
    """

  private static let releases = """
    CREATE TABLE releases (
      guid BLOB NOT NULL,
      user_id INTEGER NOT NULL REFERENCES users (id),
      actor TEXT NOT NULL,
      released_at TEXT NOT NULL,
      comment TEXT,
      PRIMARY KEY (guid, user_id)
    ) WITHOUT ROWID;
    """

  /// As it was before rows came in batches. The key is R4's order: the row's id is the GUID's bytes or,
  /// for a record without a usable one, text made of its distinguished name.
  /// A reason of NULL is the link's. `adjustments` are the changes by hand since the run.
  private static let snapshot = """
    CREATE TABLE snapshot (
      domain_key TEXT NOT NULL,
      login_key TEXT NOT NULL,
      row_id BLOB NOT NULL,
      login TEXT, mail TEXT, state TEXT NOT NULL, domain TEXT NOT NULL, user_id INTEGER,
      flags INTEGER NOT NULL,
      user_principal_name TEXT, first_name TEXT, last_name TEXT, employee_id TEXT,
      distinguished_name TEXT, more_attributes TEXT,
      reason_code TEXT, reason_matcher TEXT, reason_attribute TEXT, reason_value TEXT,
      reason_canonical TEXT, reason_candidates TEXT, reason_detail TEXT,
      PRIMARY KEY (domain_key, login_key, row_id)
    ) WITHOUT ROWID;
    CREATE INDEX snapshot_by_row_id ON snapshot (row_id);
    CREATE TABLE adjustments (state TEXT PRIMARY KEY, row_count INTEGER NOT NULL) WITHOUT ROWID;
    """

  private static let unclaimed = """
    CREATE TABLE unclaimed (
      name_key TEXT PRIMARY KEY,
      user_name TEXT NOT NULL
    ) WITHOUT ROWID;
    """

  private static let runs = """
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      outcome TEXT NOT NULL,
      actor TEXT NOT NULL,
      started_at TEXT NOT NULL,
      completed_at TEXT NOT NULL,
      message TEXT,
      new_links INTEGER NOT NULL,
      updated_users INTEGER NOT NULL,
      details TEXT NOT NULL
    );
    """ + appendOnly("runs")

  private static let changes = """
    CREATE TABLE changes (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      run INTEGER,
      at TEXT NOT NULL,
      actor TEXT NOT NULL,
      user_name TEXT NOT NULL,
      guid BLOB, domain TEXT, login TEXT,
      fields TEXT,
      comment TEXT
    );
    """ + appendOnly("changes")

  /// T5: what happened cannot be changed afterwards.
  private static func appendOnly(_ table: String) -> String {
    ["UPDATE", "DELETE"].map { event in
      """
      CREATE TRIGGER \(table)_refuse_\(event.lowercased()) BEFORE \(event) ON \(table)
      BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
      """
    }.joined(separator: "\n")
  }
}
