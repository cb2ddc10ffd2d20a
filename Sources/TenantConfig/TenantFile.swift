public import Authorization
public import TenantCore

/// A tenant file that was read and found right.
public struct TenantFile: Sendable, Equatable {
  /// The tenant; all paths in it are absolute.
  public let tenant: Tenant
  /// Who may administer it: the `access` section, empty if there is none.
  public let access: AccessPolicy
  /// The user id of the file's owner, whom `fileOwner: true` means.
  public let owner: UInt32
  /// The file's absolute path.
  public let path: String
}
