internal import PluginContract
internal import TenantCore

/// Adds and updates users from a users file, within one transaction; never deletes.
///
/// Users who are there already are compared by their bytes; only those who change are looked at field by
/// field.
struct UserImport {
  private let file: UsersFile
  private let database: StoreDatabase
  private var report: ImportReport
  private var changes: ChangeBatchWriter
  /// Rows of the file whose users are not there yet, in the order of their keys.
  private var added: [Int] = []
  private var edits: [Edit] = []

  init(_ file: UsersFile, actor: String, at moment: Timestamp, _ database: StoreDatabase) throws {
    self.file = file
    self.database = database
    report = ImportReport(skipped: file.skipped)
    changes = try ChangeBatchWriter(
      ChangeBatchWriter.Origin(run: nil, at: moment, actor: actor), database)
  }

  mutating func run() throws -> ImportReport {
    // The scan reads ahead of the writes: what differs is collected first.
    try compare()
    try add()
    try write()
    try changes.finish()
    report.findings += try DuplicateValues(database).findings()
    return report
  }

  /// What an import does to one user who is there.
  private struct Edit {
    /// The row of the file.
    var user: Int
    var id: Int64
    var isActive: Bool
    var windowsLogin: String?
    var acd: [String?]
    var fields: [FieldChange]
    var comment: String?
    /// The name as it was written so far, if it changes.
    var oldName: String?
  }

  private mutating func compare() throws {
    guard try database.first("SELECT 1 FROM users LIMIT 1") != nil else {
      added = file.order
      return
    }
    let stored = try database.statement(
      "SELECT name_key, \(UserColumns.list), is_imported FROM users ORDER BY name_key")
    let isImported = 1 + UserCell.count
    var old = RowImage()
    try SortedMerge.run(
      file.order, with: stored, keyCount: 1, build: { [file] in file.keyImage(of: $0, into: &$1) },
      compare: { user, _, isStored in
        guard isStored else { return added.append(user) }
        if stored.integer(isImported) == 1, isSame(user, stored) {
          report.unchanged += 1
          return
        }
        stored.read(into: &old)
        if let edit = edit(user, old) { edits.append(edit) }
      })
  }

  /// True if nothing of a user differs from the row that a statement stands on, whose Windows login is
  /// not locked.
  private func isSame(_ user: Int, _ stored: any Statement) -> Bool {
    guard stored.integer(1 + UserCell.isLoginLocked) == 0,
      !file.hasActive || (stored.integer(1 + UserCell.isActive) != 0) == file.isActive[user],
      stored.holds(file.value(.userName, of: user), 1 + UserCell.userName)
    else { return false }
    func isSame(_ field: TenantField, _ cell: Int) -> Bool {
      !file.hasColumn[UsersFile.index(of: field)]
        || stored.holds(file.value(field, of: user), 1 + cell)
    }
    return isSame(.windowsLogin, UserCell.windowsLogin)
      && ProfileField.allCases.indices.allSatisfy {
        isSame(ProfileField.allCases[$0].tenantField, UserCell.field($0, in: .acd))
      }
  }

  /// The change of one user; nil if there is none (S3). `old` has the key before the columns.
  private mutating func edit(_ user: Int, _ old: RowImage) -> Edit? {
    func wanted(_ field: TenantField, else stored: String?) -> String? {
      file.hasColumn[UsersFile.index(of: field)]
        ? file.value(field, of: user).map { String(decoding: $0, as: UTF8.self) } : stored
    }
    let storedLogin = old.text(1 + UserCell.windowsLogin)
    let login = keepingLocked(wanted(.windowsLogin, else: storedLogin), storedLogin, old)
    let wasActive = old.integer(1 + UserCell.isActive) != 0
    let isActive = file.hasActive ? file.isActive[user] : wasActive
    let before = ProfileField.allCases.indices.map { old.text(1 + UserCell.field($0, in: .acd)) }
    let acd = zip(ProfileField.allCases, before).map { wanted($0.tenantField, else: $1) }
    let oldName = old.text(1 + UserCell.userName)
    let name = file.value(.userName, of: user).map { String(decoding: $0, as: UTF8.self) }
    var fields = [FieldChange(.userName, old: oldName, new: name)]
    fields.append(FieldChange(.windowsLogin, old: storedLogin, new: login))
    for (index, field) in ProfileField.allCases.enumerated() {
      fields.append(FieldChange(field.tenantField, old: before[index], new: acd[index]))
    }
    fields.removeAll { $0.old == $0.new }
    let isImported = old.integer(1 + UserCell.count) == 1
    guard !isImported || !fields.isEmpty || wasActive != isActive else {
      report.unchanged += 1
      return nil
    }
    if isImported { report.updated += 1 } else { report.added += 1 }
    return Edit(
      user: user, id: old.integer(1 + UserCell.id), isActive: isActive, windowsLogin: login,
      acd: acd, fields: fields, comment: UserEditing.activity(from: wasActive, to: isActive),
      oldName: oldName == name ? nil : oldName)
  }

  /// A login that a link locks stays (S2); the file's other one is a finding.
  private mutating func keepingLocked(
    _ wanted: String?, _ stored: String?, _ old: RowImage
  ) -> String? {
    guard old.integer(1 + UserCell.isLoginLocked) != 0 else { return wanted }
    if CanonicalText.of(wanted ?? "") != CanonicalText.of(stored ?? "") {
      report.findings.append(
        Finding(
          .lockedLogin, subject: old.text(1 + UserCell.userName),
          message: "the Windows login stays '\(stored ?? "")' while the user is linked; "
            + "the file has '\(wanted ?? "")'"))
    }
    return stored
  }

  private static let columns =
    ["user_name", "is_active", UserColumns.windowsLogin]
    + ProfileField.allCases.map { UserColumns.column($0, in: .acd) }

  private mutating func add() throws {
    let insert = try database.rowWriter(
      .insert(
        into: "users",
        Self.columns.map { ($0, $0 == "is_active" ? .integer : .text) }
          + [("name_key", .text), ("is_imported", .integer), ("id", .integer)]))
    var next = try database.nextNumber(in: "users")
    let profile = ProfileField.allCases.map(\.tenantField)
    var row = RowImage()
    var fields: [(field: TenantField, value: ArraySlice<UInt8>)] = []
    for user in added {
      row.clear()
      row.append(file.value(.userName, of: user))
      row.append(file.isActive[user] ? 1 : 0)
      row.append(file.value(.windowsLogin, of: user))
      for field in profile { row.append(file.value(field, of: user)) }
      row.append(nonNull: file.key(of: user))
      row.append(1)
      row.append(next)
      next += 1
      try insert.run(row)
      fields.removeAll(keepingCapacity: true)
      for field in TenantField.allCases {
        if let value = file.value(field, of: user) { fields.append((field, value)) }
      }
      try changes.append(imported: fields)
    }
    report.added += added.count
  }

  private mutating func write() throws {
    guard !edits.isEmpty else { return }
    let one = Self.columns.map { "\($0) = ?" }.joined(separator: ", ")
    let all = Self.columns.map { "\($0) = rows.\($0)" }.joined(separator: ", ")
    let update = try database.rowWriter(
      RowSet(
        columns: Self.columns.map { ($0, $0 == "is_active" ? .integer : .text) }
          + [("id", .integer)],
        sqlite: "UPDATE users SET \(one), is_imported = 1 WHERE id = ?",
        postgres: "UPDATE users SET \(all), is_imported = 1 FROM rows WHERE users.id = rows.id"))
    let names = try keptReasons()
    var row = RowImage()
    for edit in edits {
      if let oldName = edit.oldName { try keepReason(ofLinkOf: edit.id, naming: oldName, names) }
      row.clear()
      row.append(file.value(.userName, of: edit.user))
      row.append(edit.isActive ? 1 : 0)
      row.append(edit.windowsLogin)
      for value in edit.acd { row.append(value) }
      row.append(edit.id)
      try update.run(row)
      try changes.append(
        .imported, userName: file.value(.userName, of: edit.user) ?? [],
        fields: edit.fields.map { FieldBytes($0) },
        comment: edit.comment)
    }
  }

  /// Writes the names that links' reasons keep.
  private func keptReasons() throws -> any Statement {
    let isDerived = """
      reason_candidates IS NULL AND (SELECT k.derived & \(LinkSchema.Derived.candidates)
        FROM link_reasons AS k WHERE k.id = link_rows.reason) <> 0
      """
    return try database.rowWriter(
      RowSet(
        columns: [("names", .text), ("user_id", .integer)],
        sqlite: "UPDATE link_rows SET reason_candidates = ? WHERE user_id = ? AND \(isDerived)",
        postgres: """
          UPDATE link_rows SET reason_candidates = rows.names FROM rows
          WHERE link_rows.user_id = rows.user_id AND \(isDerived)
          """))
  }

  /// A link's reason names the user as it was called when they were linked.
  private func keepReason(
    ofLinkOf id: Int64, naming name: String, _ names: any Statement
  ) throws {
    var row = RowImage()
    row.append(building: { JSONText.append([name], to: &$0) })
    row.append(id)
    try names.run(row)
  }
}
