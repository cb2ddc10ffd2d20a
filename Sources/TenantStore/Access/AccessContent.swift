internal import Administration
internal import Authorization
internal import Foundation
internal import PluginContract
internal import TenantCore

/// What an access file holds, as it is written.
struct AccessContent: Codable, Equatable {
  struct User: Codable, Equatable {
    var name: String
    /// Argon2id with its parameters and salt, as libsodium writes it.
    var passwordHash: String
    var setAt: Timestamp
    var setBy: String
  }

  struct Token: Codable, Equatable {
    var name: String
    /// Of the secret, in hexadecimal digits.
    var sha256: String
    var roles: [String]
    var createdAt: Timestamp
    var createdBy: String
    var expiresAt: Timestamp
    /// Whose it is, if it is an operator's; absent in a tenant's file.
    var `operator`: String?
  }

  /// The format's version; it says also by which parameters passwords are hashed.
  var version = currentVersion
  /// Whose file it is, so that one that was copied to another tenant counts for nobody.
  var tenant: String
  var localUsers: [User] = []
  var tokens: [Token] = []

  static let currentVersion = 1

  /// Whose file the operators' is: no tenant can have this name.
  static let operators = "@operators"

  /// Nobody and no token.
  init(tenant: String) { self.tenant = tenant }

  /// Reads and checks a file's bytes: every value that is used later has its form.
  ///
  /// - Throws: ``StoreError`` that says nothing of what the file holds, which may be a secret.
  init(_ bytes: [UInt8], tenant: String, path: String) throws {
    struct Version: Decodable { var version: Int }
    let data = Data(bytes)
    let version = try? JSONDecoder().decode(Version.self, from: data).version
    if let version, version > Self.currentVersion {
      throw StoreError(
        .store, "'\(path)' was written by a newer version of tenantctl; use that version")
    }
    guard version == Self.currentVersion,
      let content = try? JSONDecoder().decode(Self.self, from: data), content.tenant == tenant,
      content.isSound
    else {
      throw StoreError(
        .store,
        "'\(path)' is damaged or not of tenant '\(tenant)'; nobody can sign in with it: restore it "
          + "from a backup, or move it away and make users and tokens again")
    }
    self = content
  }

  /// The bytes of the file.
  func bytes() throws -> [UInt8] { Array((try JSONText.encode(self) + "\n").utf8) }

  var isSound: Bool {
    Set(localUsers.map(\.name)).count == localUsers.count
      && Set(tokens.map(\.name)).count == tokens.count
      && localUsers.allSatisfy(\.isSound) && tokens.allSatisfy(\.isSound)
      && tokens.allSatisfy { ($0.operator != nil) == (tenant == Self.operators) }
  }

  /// True for 1 to 64 of `A-Z a-z 0-9 . _ -`.
  static func isName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { UInt8.isLetterOrDigit($0) || "._-".utf8.contains($0) }
  }
}

extension AccessContent.User {
  var detail: LocalUser { LocalUser(name: name, setAt: setAt, setBy: setBy) }

  fileprivate var isSound: Bool {
    AccessContent.isName(name) && Sodium.isPasswordHash(passwordHash)
  }
}

extension AccessContent.Token {
  var detail: TokenDetail {
    TokenDetail(
      token: AccessToken(name: name, roles: roles, expiresAt: expiresAt), createdAt: createdAt,
      createdBy: createdBy)
  }

  /// The token of an operator; nil if it is a tenant's.
  var operatorDetail: OperatorTokenDetail? {
    `operator`.map {
      OperatorTokenDetail(
        token: OperatorToken(name: name, operatorName: $0, expiresAt: expiresAt),
        createdAt: createdAt, createdBy: createdBy)
    }
  }

  /// The digest's bytes; nil if it is none.
  var digest: [UInt8]? { sha256.utf8.count == 64 ? Hex.bytes(sha256.utf8) : nil }

  fileprivate var isSound: Bool {
    AccessContent.isName(name) && digest != nil
  }
}
