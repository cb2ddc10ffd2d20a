internal import Authorization
internal import PluginContract
internal import TenantCore

/// Imports and edits; both wait for no run: they refuse while one is under way (T1).
extension TenantStore {
  func importUsers(
    file: String, skipInvalid: Bool, actor: String, at moment: Timestamp
  ) async throws -> ImportReport {
    try await importUsers(actor: actor, at: moment) {
      try UsersFile.read(file, skipInvalid: skipInvalid)
    }
  }

  func importUsers(
    bytes: [UInt8], named name: String, skipInvalid: Bool, actor: String, at moment: Timestamp
  ) async throws -> ImportReport {
    try await importUsers(actor: actor, at: moment) {
      try UsersFile.read(bytes, named: name, skipInvalid: skipInvalid)
    }
  }

  private func importUsers(
    actor: String, at moment: Timestamp, _ read: @escaping @Sendable () throws -> UsersFile
  ) async throws -> ImportReport {
    try refuseUsersFile("imported")
    return try await locked {
      try await write { database in
        let users = try read()
        var work = try UserImport(users, actor: actor, at: moment, database)
        return try work.run()
      }
    }
  }

  func edit(
    _ userName: String, _ edit: UserEdit, actor: String, at moment: Timestamp
  ) async throws {
    try refuseUsersFile("edited")
    try await locked {
      try await write { database in
        if let expected = edit.expected {
          guard try self.users(named: [userName], database).first == expected else {
            throw StoreError(
              .notAvailable,
              "the user was changed in the meantime; read it again, then repeat your change")
          }
        }
        try UserEditing(edit, of: userName, database).write(actor: actor, at: moment)
      }
    }
  }

  private func refuseUsersFile(_ action: String) throws {
    guard case .csv(let path) = tenant.users else { return }
    throw StoreError(
      .usage,
      "the users of tenant '\(tenant.name)' cannot be \(action): they are read from '\(path)' at "
        + "each run; change that file")
  }
}

/// One edit of one user, by hand.
struct UserEditing {
  private let edit: UserEdit
  private let user: UserDetail
  private let database: StoreDatabase

  /// Finds the user.
  init(_ edit: UserEdit, of userName: String, _ database: StoreDatabase) throws {
    let key = CanonicalText.of(userName)
    guard
      let user = try TenantStore.storedUser(key: key, where: "is_imported = 1", database)
    else {
      throw StoreError(
        .notAvailable, "there is no user '\(userName)'", remedy: .showUsers)
    }
    self.edit = edit
    self.user = user
    self.database = database
  }

  /// Writes what changes, and the audit; nothing where nothing changes.
  func write(actor: String, at moment: Timestamp) throws {
    let changes = self.changes
    try check(changes)
    let isActive = edit.isActive ?? user.isActive
    guard !changes.isEmpty || isActive != user.isActive else { return }
    var row = RowImage()
    for change in changes { row.append(change.new) }
    row.append(isActive ? 1 : 0)
    row.append(user.id)
    let assignments = (changes.map { "\(Self.column($0.field)) = ?" } + ["is_active = ?"])
    try database.statement(
      "UPDATE users SET \(assignments.joined(separator: ", ")) WHERE id = ?"
    ).run(row)
    var audit = try ChangeWriter(database)
    try audit.append(
      ChangeRecord(
        kind: .edited, at: moment, actor: actor, userName: user.userName,
        guid: user.link?.guid, domain: user.link?.domain, login: user.link?.login, fields: changes,
        comment: Self.activity(from: user.isActive, to: isActive)))
  }

  /// What the audit says of a user that becomes active or inactive; nil if it does not.
  static func activity(from old: Bool?, to new: Bool) -> String? {
    guard let old, old != new else { return nil }
    return new ? "made active" : "made inactive"
  }

  private var changes: [FieldChange] {
    var changes: [FieldChange] = []
    func add(_ field: TenantField, _ old: String?, _ wanted: String?) {
      guard let wanted else { return }
      let new = CanonicalText.of(wanted).isEmpty ? nil : wanted
      if new != old { changes.append(FieldChange(field, old: old, new: new)) }
    }
    add(.windowsLogin, user.windowsLogin, edit.windowsLogin)
    for field in ProfileField.allCases {
      add(field.tenantField, user.profiles[.override]?[field], edit.fields[field])
    }
    return changes
  }

  private func check(_ changes: [FieldChange]) throws {
    if user.isLoginLocked, changes.contains(where: { $0.field == .windowsLogin }) {
      let holder = user.link.map { " by the link to \($0.domain)\\\($0.login)" } ?? ""
      throw StoreError(
        .notAvailable,
        "the Windows login of '\(user.userName)' is locked\(holder)", remedy: .unlink)
    }
    let duplicates = DuplicateValues(database)
    for change in changes where DuplicateValues.fields.contains(change.field) {
      guard let value = change.new,
        let holder = try duplicates.holder(of: value, in: change.field, besides: user.id)
      else { continue }
      throw StoreError(
        .notAvailable,
        "\(change.field.rawValue) '\(value)' is held by user '\(holder)' already; "
          + "change that user first or choose another value")
    }
  }

  private static func column(_ field: TenantField) -> String {
    ProfileField.allCases.first { $0.tenantField == field }
      .map { UserColumns.column($0, in: .override) } ?? UserColumns.windowsLogin
  }
}
