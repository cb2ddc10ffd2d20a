/// A table of a tenant's store: what both engines have of it, and in which order its rows are told.
///
/// ``all`` is the one list of what a tenant has. What is not in it is not copied; a test holds it against the schema of
/// each engine.
struct TenantTable: Sendable {
  let name: String
  /// In the order in which the rows are written and told.
  let columns: [(name: String, kind: RowSet.Kind)]
  /// The columns that tell one row of a tenant from all others; of each tenant the rows come in their order.
  let key: [String]

  init(_ name: String, key: String..., columns: (String, RowSet.Kind)...) {
    self.name = name
    self.key = key
    self.columns = columns.map { (name: $0.0, kind: $0.1) }
  }

  /// So many rows are read at once: PostgreSQL gives a result as a whole, and rows with blobs are long.
  var pageRows: Int { columns.contains { $0.kind == .blob } && name != "link_rows" ? 64 : 8192 }

  /// The next rows in the order of their keys, which both engines compare by their bytes.
  ///
  /// - Parameter isFirst: false for the rows after a key, whose columns are the parameters.
  func select(isFirst: Bool) -> String {
    let keys = key.joined(separator: ", ")
    let places = key.map { _ in "?" }.joined(separator: ", ")
    return """
      SELECT \(columns.map(\.name).joined(separator: ", ")) FROM \(name)
      \(isFirst ? "" : "WHERE (\(keys)) > (\(places))") ORDER BY \(keys) LIMIT \(pageRows)
      """
  }

  /// Gives all rows of a tenant in the order of their keys.
  func forEachRow(of database: StoreDatabase, _ body: (RowImage) throws -> Void) throws {
    let places = key.compactMap { name in columns.firstIndex { $0.name == name } }
    var statement = try database.statement(select(isFirst: true))
    var after = RowImage()
    var isFirst = true
    while true {
      if !isFirst { try statement.bind(after) }
      var count = 0
      var row = RowImage()
      try statement.forEachRow {
        statement.read(into: &row)
        try body(row)
        count += 1
      }
      guard count == pageRows else { return }
      after.clear()
      for place in places { after.append(row.cells[place], of: row) }
      if isFirst { statement = try database.statement(select(isFirst: false)) }
      isFirst = false
    }
  }

  /// What adds rows.
  var insert: RowSet { .insert(into: name, columns) }

  /// A query that gives a row if the tenant has anything in the table.
  var anyRow: String { "SELECT 1 FROM \(name) LIMIT 1" }
}

extension TenantTable {
  /// All that a tenant has; a table that another refers to stands before it.
  static let all = users + links + snapshot + history + reviews

  private static let users = [
    TenantTable(
      "users", key: "id",
      columns: ("id", .integer), ("name_key", .text), ("user_name", .text),
      ("is_imported", .integer), ("is_active", .integer), ("windows_login", .text),
      ("is_login_locked", .integer),
      ("acd_first_name", .text), ("acd_last_name", .text), ("acd_employee_id", .text),
      ("acd_email", .text),
      ("recording_first_name", .text), ("recording_last_name", .text),
      ("recording_employee_id", .text), ("recording_email", .text),
      ("override_first_name", .text), ("override_last_name", .text),
      ("override_employee_id", .text), ("override_email", .text)),
    TenantTable("unclaimed", key: "name_key", columns: ("name_key", .text), ("user_name", .text)),
  ]

  private static let links = [
    TenantTable("link_domains", key: "id", columns: ("id", .integer), ("name", .text)),
    TenantTable("link_parents", key: "id", columns: ("id", .integer), ("name", .text)),
    TenantTable(
      "link_reasons", key: "id",
      columns: ("id", .integer), ("code", .text), ("matcher", .text), ("attribute", .text),
      ("derived", .integer)),
    TenantTable(
      "link_rows", key: "user_id",
      columns: ("user_id", .integer), ("guid", .blob), ("run", .integer), ("domain", .integer),
      ("parent", .integer), ("reason", .integer), ("login", .text), ("reason_value", .text),
      ("reason_canonical", .text), ("reason_candidates", .text), ("reason_detail", .text)),
    TenantTable(
      "releases", key: "guid", "user_id",
      columns: ("guid", .blob), ("user_id", .integer), ("actor", .text), ("released_at", .text),
      ("comment", .text), ("domain", .text), ("login", .text), ("held_values", .text)),
  ]

  private static let snapshot = [
    TenantTable(
      "snapshot_batches", key: "number",
      columns: ("number", .integer), ("first_key", .blob), ("domain", .text),
      ("row_count", .integer), ("anchors", .blob), ("codes", .blob), ("shown", .blob),
      ("names", .blob), ("rest", .blob)),
    TenantTable(
      "snapshot_rows", key: "key",
      columns: ("key", .blob), ("domain", .text), ("anchors", .blob), ("codes", .blob),
      ("shown", .blob), ("names", .blob), ("rest", .blob)),
    TenantTable("adjustments", key: "state", columns: ("state", .text), ("row_count", .integer)),
  ]

  private static let history = [
    TenantTable(
      "runs", key: "id",
      columns: ("id", .integer), ("outcome", .text), ("actor", .text), ("started_at", .text),
      ("completed_at", .text), ("message", .text), ("new_links", .integer),
      ("updated_users", .integer), ("details", .text)),
    TenantTable(
      "changes", key: "id",
      columns: ("id", .integer), ("kind", .text), ("run", .integer), ("at", .text),
      ("actor", .text), ("user_name", .text), ("guid", .blob), ("domain", .text),
      ("login", .text), ("fields", .text), ("comment", .text), ("packed", .blob)),
    TenantTable(
      "row_changes", key: "id",
      columns: ("id", .integer), ("run", .integer), ("is_by_hand", .integer), ("at", .text),
      ("keys", .blob)),
    TenantTable(
      "standing", key: "id", columns: ("id", .integer), ("basis", .text), ("counts", .text)),
  ]

  private static let reviews = [
    TenantTable(
      "reviews", key: "number",
      columns: ("number", .integer), ("state", .text), ("opened_at", .text), ("opened_by", .text),
      ("opened_run", .integer), ("opened_change", .integer), ("closed_at", .text),
      ("closed_by", .text), ("closed_run", .integer), ("closed_change", .integer),
      ("statement", .text), ("digest", .text), ("previous_digest", .text),
      ("last_decision", .integer), ("details", .text), ("key_signature", .text)),
    TenantTable(
      "review_decisions", key: "id",
      columns: ("id", .integer), ("review", .integer), ("subject", .blob), ("kind", .text),
      ("note", .text), ("until_day", .text), ("assignee", .text), ("actor", .text), ("at", .text),
      ("state", .text), ("user_name", .text), ("reason_code", .text), ("flags", .integer)),
    TenantTable(
      "review_rows", key: "review", "number",
      columns: ("review", .integer), ("number", .integer), ("domain", .text),
      ("row_count", .integer), ("facts", .blob), ("shown", .blob)),
  ]
}
