package import Authorization
package import TenantCore

/// A tenant file that was read and found right.
package struct TenantFile: Sendable, Equatable {
  /// The tenant; all paths in it are absolute.
  package let tenant: Tenant
  /// Who may administer it: the `access` section, empty if there is none.
  package let access: AccessPolicy
  /// The user id of the file's owner, whom `fileOwner: true` means.
  package let owner: UInt32
  /// The file's absolute path.
  package let path: String
}
