internal import Administration
internal import TenantCore

/// Whose users and tokens they are.
enum AccessOwner: Sendable, Hashable {
  case tenant(String)
  case operators
}

/// Where users and tokens are kept, by hashes: files of one machine, or a database.
///
/// What is changed counts from the next look on.
protocol AccessKeeping: Sendable {
  /// The hash of a user's password; nil if there is no such user.
  func passwordHash(of name: String, _ owner: AccessOwner) async throws -> String?

  /// The name and roles of the token with a digest; nil if there is none, or from the second on at which it expires.
  func token(_ digest: [UInt8], _ owner: AccessOwner, at moment: Timestamp) async throws
    -> KeptToken?

  /// The first of some tenants that has a token with a digest which has not expired; nil if none has.
  func tenant(ofToken digest: [UInt8], among tenants: [String], at moment: Timestamp) async throws
    -> String?
}

/// A token as it was found.
struct KeptToken: Sendable, Equatable {
  let name: String
  let roles: [String]
  let expiresAt: Timestamp
  /// Whose it is, if it is an operator's who still is one.
  let operatorName: String?
}

/// The same, to list and to change.
protocol AccessEditing: AccessKeeping {
  /// All users and tokens.
  func content(_ owner: AccessOwner) async throws -> AccessContent

  /// Changes them, so that two who do at once both count, and writes to the audit what was done: a change that
  /// cannot be recorded is not made.
  ///
  /// - Parameter change: what it throws leaves everything as it is.
  func edit(
    _ owner: AccessOwner, _ record: AccessChange,
    _ change: @escaping @Sendable (inout AccessContent) throws -> Void
  ) async throws
}
