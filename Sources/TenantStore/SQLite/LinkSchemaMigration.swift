internal import TenantCore

/// Brings the links of earlier versions, a row of texts each, into the tables of ``LinkSchema``.
struct LinkSchemaMigration {
  private let database: StoreDatabase

  init(_ database: StoreDatabase) { self.database = database }

  func run() throws {
    try database.execute(all: "ALTER TABLE links RENAME TO wide_links")
    try database.execute(all: LinkSchema.tables)
    try database.execute(all: LinkSchema.dropGUIDIndex)
    try database.execute(
      all: """
        INSERT INTO link_domains (name) SELECT DISTINCT domain FROM wide_links ORDER BY domain;
        INSERT INTO link_reasons (code, matcher, attribute, derived)
          SELECT DISTINCT reason_code, reason_matcher, reason_attribute, \(derived)
          FROM wide_links AS w ORDER BY 1, 2, 3, 4;
        INSERT INTO link_rows (user_id, guid, run, domain, reason, login,
            reason_value, reason_canonical, reason_candidates, reason_detail)
          SELECT w.user_id, w.guid, w.run,
            (SELECT d.id FROM link_domains AS d WHERE d.name = w.domain),
            (SELECT k.id FROM link_reasons AS k WHERE k.code = w.reason_code
              AND k.matcher IS w.reason_matcher AND k.attribute IS w.reason_attribute
              AND k.derived = \(derived)),
            w.login, iif(\(isLogin), NULL, w.reason_value),
            iif(\(isSmall), NULL, w.reason_canonical), iif(\(isUser), NULL, w.reason_candidates),
            w.reason_detail
          FROM wide_links AS w ORDER BY w.user_id;
        DROP TABLE wide_links;
        """)
    try noteParents()
    try database.execute(all: LinkSchema.makeGUIDIndex)
    try database.execute(all: LinkSchema.view)
  }

  private let isLogin = "w.reason_value IS w.login"
  private let isSmall = "w.reason_canonical IS lower(w.reason_value) AND w.reason_value IS NOT NULL"
  private let isUser = """
    w.reason_candidates IS (SELECT json_array(u.user_name) FROM users AS u WHERE u.id = w.user_id)
    """

  private var derived: String {
    "iif(\(isLogin), \(LinkSchema.Derived.value), 0) "
      + "| iif(\(isSmall), \(LinkSchema.Derived.canonical), 0) "
      + "| iif(\(isUser), \(LinkSchema.Derived.candidates), 0)"
  }

  /// Where linked directory users lay at the last run: the snapshot had it.
  private func noteParents() throws {
    let update = try database.statement(
      "UPDATE link_rows SET parent = ? WHERE user_id = ?")
    var codes = LinkCodes(database)
    var name: [UInt8] = []
    var cells = RowImage()
    try SnapshotReader(database, [.codes, .names]).forEachSegment { batch, rows in
      for row in rows {
        guard let user = batch.userID(of: row) else { continue }
        name.removeAll(keepingCapacity: true)
        batch.appendDistinguishedName(of: row, to: &name)
        cells.clear()
        cells.append(number: try codes.parent(of: name[...]))
        cells.append(user)
        try update.run(cells)
      }
    }
  }
}
