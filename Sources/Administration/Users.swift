internal import Authorization
package import TenantCore

extension TenantSession {
  /// Adds and updates users from a file, in one transaction; never deletes.
  ///
  /// - Parameter skipInvalid: false: one bad row rejects the file.
  package func importUsers(file: String, skipInvalid: Bool) async throws -> ImportReport {
    try await store(writable: true).importUsers(
      file: file, skipInvalid: skipInvalid, actor: permit.actor.userName, at: .now())
  }

  /// The same of a users file that was sent.
  ///
  /// - Parameter name: what it is called in messages.
  package func importUsers(
    bytes: [UInt8], named name: String, skipInvalid: Bool, at moment: Timestamp
  ) async throws -> ImportReport {
    try await store(writable: true).importUsers(
      bytes: bytes, named: name, skipInvalid: skipInvalid, actor: permit.actor.userName,
      at: moment)
  }

  /// All users, in order of their folded names.
  package func listUsers() async throws -> [UserDetail] {
    try await store(writable: false).users(after: nil, limit: .max)
  }

  /// One user by name, in any case.
  package func user(named name: String) async throws -> UserDetail {
    guard let user = try await store(writable: false).user(named: name) else {
      throw Failure(.notAvailable, "there is no user '\(name)'", remedy: .showUsers)
    }
    return user
  }

  /// Changes a user in one transaction, with the audit (S2).
  package func edit(
    _ userName: String, _ edit: UserEdit, at moment: Timestamp = .now()
  ) async throws {
    try await store(writable: true).edit(
      userName, edit, actor: permit.actor.userName, at: moment)
  }
}
