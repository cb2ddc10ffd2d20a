internal import GRDB
internal import PluginContract
internal import TenantCore

/// Adds and updates users from a users file, within one transaction; never deletes.
struct UserImport {
  private let file: UsersFile
  private let actor: String
  private let moment: Timestamp
  private let database: Database
  private var report: ImportReport
  private var changes: ChangeWriter

  init(_ file: UsersFile, actor: String, at moment: Timestamp, _ database: Database) throws {
    self.file = file
    self.actor = actor
    self.moment = moment
    self.database = database
    report = ImportReport(skipped: file.skipped)
    changes = try ChangeWriter(database)
  }

  mutating func run() throws -> ImportReport {
    // The scan reads ahead of the writes: what differs is collected first.
    var edits: [Edit] = []
    var stored = try StoredUsers(database, columns: "\(UserColumns.list), is_imported")
    var old = RowImage()
    for user in file.order {
      let isKnown = try stored.read(named: file.key(of: user), into: &old)
      if let edit = edit(user, isKnown ? old : nil) { edits.append(edit) }
    }
    try write(edits)
    report.findings += try DuplicateValues(database).findings()
    return report
  }

  /// What an import does to one user.
  private struct Edit {
    /// The row of the file.
    var user: Int
    /// 0: the user is added.
    var id: Int64
    var isActive: Bool
    var windowsLogin: String?
    var acd: [String?]
    var fields: [FieldChange]
    var comment: String?
  }

  /// The change of one user; nil if there is none (S3). `old` has the key before the columns.
  private mutating func edit(_ user: Int, _ old: RowImage?) -> Edit? {
    func wanted(_ field: TenantField, else stored: String?) -> String? {
      file.hasColumn[UsersFile.index(of: field)]
        ? file.value(field, of: user).map { String(decoding: $0, as: UTF8.self) } : stored
    }
    let storedLogin = old?.text(1 + UserCell.windowsLogin)
    let login = keepingLocked(
      wanted(.windowsLogin, else: storedLogin), storedLogin, user, old)
    let wasActive = old.map { $0.integer(1 + UserCell.isActive) != 0 }
    let isActive = file.hasActive ? file.isActive[user] : wasActive ?? true
    let before = ProfileField.allCases.indices.map {
      old?.text(1 + UserCell.field($0, in: .acd))
    }
    let acd = zip(ProfileField.allCases, before).map { wanted($0.tenantField, else: $1) }
    let name = file.value(.userName, of: user).map { String(decoding: $0, as: UTF8.self) }
    var fields = [FieldChange(.userName, old: old?.text(1 + UserCell.userName), new: name)]
    fields.append(FieldChange(.windowsLogin, old: storedLogin, new: login))
    for (index, field) in ProfileField.allCases.enumerated() {
      fields.append(FieldChange(field.tenantField, old: before[index], new: acd[index]))
    }
    fields.removeAll { $0.old == $0.new }
    let isImported = old.map { $0.cells.count }.map { old?.integer($0 - 1) == 1 } ?? false
    guard !isImported || !fields.isEmpty || wasActive != isActive else {
      report.unchanged += 1
      return nil
    }
    if isImported { report.updated += 1 } else { report.added += 1 }
    return Edit(
      user: user, id: old?.integer(1 + UserCell.id) ?? 0, isActive: isActive, windowsLogin: login,
      acd: acd, fields: fields,
      comment: UserEditing.activity(from: wasActive, to: isActive))
  }

  /// A login that a link locks stays (S2); the file's other one is a finding.
  private mutating func keepingLocked(
    _ wanted: String?, _ stored: String?, _ user: Int, _ old: RowImage?
  ) -> String? {
    guard let old, old.integer(1 + UserCell.isLoginLocked) != 0 else { return wanted }
    if CanonicalText.of(wanted ?? "") != CanonicalText.of(stored ?? "") {
      report.findings.append(
        Finding(
          .lockedLogin, subject: old.text(1 + UserCell.userName),
          message: "the Windows login stays '\(stored ?? "")' while the user is linked; "
            + "the file has '\(wanted ?? "")'"))
    }
    return stored
  }

  private mutating func write(_ edits: [Edit]) throws {
    let acd = ProfileField.allCases.map { UserColumns.column($0, in: .acd) }
    let columns =
      ["user_name", "is_active", UserColumns.windowsLogin] + acd
    let insert = try RawStatement(
      database,
      """
      INSERT INTO users (\(columns.joined(separator: ", ")), name_key, is_imported)
      VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")), ?, 1)
      """)
    let update = try RawStatement(
      database,
      """
      UPDATE users SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")), is_imported = 1
      WHERE id = ?
      """)
    var row = RowImage()
    for edit in edits {
      row.clear()
      row.append(file.value(.userName, of: edit.user))
      row.append(edit.isActive ? 1 : 0)
      row.append(edit.windowsLogin)
      for value in edit.acd { row.append(value) }
      if edit.id == 0 {
        row.append(nonNull: file.key(of: edit.user))
        try insert.run(row)
      } else {
        row.append(edit.id)
        try update.run(row)
      }
      try changes.append(
        ChangeRecord(
          kind: .imported, at: moment.description, actor: actor,
          userName: file.columns[0].text(of: edit.user) ?? "", fields: edit.fields,
          comment: edit.comment))
    }
  }
}
