internal import PluginContract
internal import TenantCore

/// The columns of table `users`, in the order in which a user is read.
enum UserColumns {
  static let windowsLogin = "windows_login"
  static let isLoginLocked = "is_login_locked"

  /// Id, name, active, login, locked, then the fields of each profile.
  static let list = names.joined(separator: ", ")

  /// The same columns of a table in a join.
  static func list(of alias: String) -> String {
    names.map { "\(alias).\($0)" }.joined(separator: ", ")
  }

  private static let names =
    ["id", "user_name", "is_active", windowsLogin, isLoginLocked]
    + profiles.flatMap { profile in ProfileField.allCases.map { column($0, in: profile) } }

  /// The profiles in the order of their columns.
  static let profiles: [Profile] = [.acd, .recording, .override]

  /// The column of a field in a profile.
  static func column(_ field: ProfileField, in profile: Profile) -> String {
    let name =
      switch field {
      case .firstName: "first_name"
      case .lastName: "last_name"
      case .employeeId: "employee_id"
      case .email: "email"
      }
    return "\(profile.rawValue)_\(name)"
  }
}

/// A user as ``RowImage`` cells, in the order of ``UserColumns/list``.
enum UserCell {
  static let id = 0
  static let userName = 1
  static let isActive = 2
  static let windowsLogin = 3
  static let isLoginLocked = 4
  /// The number of cells.
  static let count = 5 + Profile.allCases.count * ProfileField.allCases.count

  /// The cell of a field in a profile.
  static func field(_ field: Int, in profile: Profile) -> Int {
    let place =
      switch profile {
      case .acd: 0
      case .recording: 1
      case .override: 2
      }
    return 5 + place * ProfileField.allCases.count + field
  }
}
