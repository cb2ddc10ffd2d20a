internal import PluginContract
internal import TenantCore

/// Brings releases of earlier versions to what U2 asks: an unlink holds the tenant user, too.
///
/// A user that was edited or imported with another value after the unlink is not held. The values of the
/// others are taken as they are now; those of users of a users file by the next run, which reads it.
struct HeldUsersMigration {
  private let database: StoreDatabase

  init(_ database: StoreDatabase) { self.database = database }

  func run() throws {
    try database.execute(
      all: """
        ALTER TABLE releases ADD COLUMN domain TEXT;
        ALTER TABLE releases ADD COLUMN login TEXT;
        ALTER TABLE releases ADD COLUMN held_values TEXT;
        """)
    let select = try database.statement(
      """
      SELECT r.guid, r.user_id, u.is_imported, u.user_name, u.windows_login,
        coalesce(u.override_first_name, u.recording_first_name, u.acd_first_name),
        coalesce(u.override_last_name, u.recording_last_name, u.acd_last_name),
        coalesce(u.override_employee_id, u.recording_employee_id, u.acd_employee_id),
        coalesce(u.override_email, u.recording_email, u.acd_email)
      FROM releases AS r JOIN users AS u ON u.id = r.user_id
      """)
    var releases: [RowImage] = []
    try select.forEachRow {
      var row = RowImage()
      select.read(into: &row)
      releases.append(row)
    }
    for release in releases { try migrate(release) }
  }

  private func migrate(_ release: RowImage) throws {
    guard let guid = release.guid(0), let userName = release.text(3) else { return }
    let unlink = try database.first(
      """
      SELECT id, domain, login FROM changes WHERE guid = ? AND user_name = ? AND kind = 'unlinked'
      ORDER BY id DESC LIMIT 1
      """, RowImage(.blob(guid.bytes), .text(userName)))
    let isChanged =
      try database.first(
        """
        SELECT 1 FROM changes WHERE id > ? AND user_name = ? AND kind IN ('edited', 'imported')
          AND fields IS NOT NULL LIMIT 1
        """, RowImage(.integer(unlink?.integer(0) ?? 0), .text(userName))) != nil
    let isImported = release.integer(2) == 1
    let values = ComparedValues(
      values: (3...8).map { CanonicalText.of(release.text($0) ?? "") })
    let hold: Release.Hold = isChanged ? .ended : isImported ? .unchanged(values) : .untilSeen
    var row = RowImage()
    row.append(unlink?.text(1))
    row.append(unlink?.text(2))
    if let held = HoldColumn.text(of: hold) {
      row.append(nonNull: Array(held.utf8)[...])
    } else {
      row.appendNull()
    }
    row.append(blob: guid.bytes)
    row.append(release.integer(1))
    try database.execute(
      "UPDATE releases SET domain = ?, login = ?, held_values = ? WHERE guid = ? AND user_id = ?",
      row)
  }
}
