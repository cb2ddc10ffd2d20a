/// The version of tenantctl and tenantd, which are released together.
package enum ProductVersion {
  /// What `--version` prints; CHANGELOG.md begins with it.
  package static let current = "1.1.0"
}
