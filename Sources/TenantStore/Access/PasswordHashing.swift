internal import Authorization
internal import TenantCore

/// Hashes of passwords, by Argon2id: two at once in the whole process, so that a flood of sign-ins
/// takes 128 MiB and two processors, not all of them.
enum PasswordHashing {
  /// True if a hash is of a password.
  typealias Comparison = @Sendable (String, Password) throws -> Bool

  private static let limit = ConcurrencyLimit(running: 2, queued: 64, rejection: AccessFile.tooBusy)

  /// A hash that is compared where there is none, so that both take the same time. Nobody knows a
  /// password of it, and what the comparison says is not looked at.
  static let ofNobody =
    "$argon2id$v=19$m=65536,t=2,p=1$YxzIPtbPd6s38iFSLj+rmw"
    + "$cKYnxMddWPtU0c5cjBGvTN4/CQTLo3T+EgwsQCaSLiY"

  /// The hash of a password.
  static func hash(_ password: Password) async throws -> String {
    try await limit.runBlocking { try Sodium.passwordHash(password) }
  }

  /// True if there is a hash and it is of this password; it takes as long if there is none.
  ///
  /// - Parameter compare: takes its time.
  static func isRight(
    _ password: Password, _ hash: String?, by compare: @escaping Comparison
  ) async throws -> Bool {
    try await limit.runBlocking {
      let isSame = try compare(hash ?? ofNobody, password)
      return hash != nil && isSame
    }
  }
}
