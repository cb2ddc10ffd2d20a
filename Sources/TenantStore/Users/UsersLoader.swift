internal import GRDB
internal import PluginContract
internal import TenantCore

/// Loads all tenant users, from the store or from a users file with the store's rows laid over it.
enum UsersLoader {
  /// The users that were imported.
  static func stored(_ database: Database) throws -> TenantUsers {
    let statement = try RawStatement(
      database, "SELECT \(UserColumns.list) FROM users WHERE is_imported = 1 ORDER BY name_key")
    var builder = TenantUsersBuilder()
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      builder.append(row)
    }
    return builder.finish()
  }

  /// The users of a file: the file gives the `acd` profile, the store the rest, and the Windows
  /// login while a link locks it.
  static func overlaid(_ file: UsersFile, _ database: Database) throws -> TenantUsers {
    var stored = try StoredUsers(database, columns: UserColumns.list)
    var builder = TenantUsersBuilder()
    var overlay = RowImage()
    var row = RowImage()
    for user in file.order {
      let isKnown = try stored.read(named: file.key(of: user), into: &overlay)
      merge(file, user, isKnown ? overlay : nil, into: &row)
      builder.append(row)
    }
    return builder.finish()
  }

  /// `overlay` has the key before the columns of ``UserColumns/list``.
  private static func merge(
    _ file: UsersFile, _ user: Int, _ overlay: RowImage?, into row: inout RowImage
  ) {
    let isLocked = (overlay?.integer(1 + UserCell.isLoginLocked) ?? 0) != 0
    row.clear()
    row.append(overlay?.integer(1 + UserCell.id) ?? 0)
    row.append(file.value(.userName, of: user))
    row.append(file.isActive[user] ? 1 : 0)
    row.append(
      isLocked
        ? overlay?.slice(1 + UserCell.windowsLogin) : file.value(.windowsLogin, of: user))
    row.append(isLocked ? 1 : 0)
    for field in ProfileField.allCases { row.append(file.value(field.tenantField, of: user)) }
    for profile in [Profile.recording, .override] {
      for field in ProfileField.allCases.indices {
        row.append(overlay?.slice(1 + UserCell.field(field, in: profile)))
      }
    }
  }
}
