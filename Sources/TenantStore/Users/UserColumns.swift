internal import PluginContract
internal import TenantCore

/// The columns of table `users`, in the order in which a user is read.
enum UserColumns {
  static let windowsLogin = "windows_login"
  static let isLoginLocked = "is_login_locked"

  /// Id, name, active, login, locked, then the fields of each profile.
  static let list =
    (["id", "user_name", "is_active", windowsLogin, isLoginLocked]
    + profiles.flatMap { profile in ProfileField.allCases.map { column($0, in: profile) } })
    .joined(separator: ", ")

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

  /// The column of a field that a sync writes: the recording profile's, or the Windows login (S1,
  /// S2); nil for one that it never writes.
  static func synchronized(_ field: TenantField) -> String? {
    if field == .windowsLogin { return windowsLogin }
    return ProfileField.allCases.first { $0.tenantField == field }
      .map { column($0, in: .recording) }
  }
}

/// A user as ``RowImage`` cells, in the order of ``UserColumns/list``.
enum UserCell {
  static let id = 0
  static let userName = 1
  static let isActive = 2
  static let windowsLogin = 3
  static let isLoginLocked = 4

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
