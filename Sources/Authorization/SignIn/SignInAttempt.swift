public import TenantCore

/// A password as it was typed; it does not show in a text, a log or a dump.
public struct Password: Sendable, CustomStringConvertible, CustomReflectable {
  /// The longest one that is looked at.
  public static let maximumBytes = 1024

  /// The bytes, in UTF-8.
  public let bytes: [UInt8]

  /// Takes what was typed; nil if it is empty, which a directory would take for an anonymous bind, or
  /// too long.
  public init?(_ text: String) {
    bytes = Array(text.utf8)
    guard (1...Self.maximumBytes).contains(bytes.count), !bytes.contains(0) else { return nil }
  }

  /// No part of it.
  public var description: String { "(a password)" }
  /// No part of it.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Somebody who asks to be let in to a tenant, as whom nobody knows yet.
///
/// Only ``Authenticator`` makes one, and who verifies it asks for it: so a directory is asked for
/// nobody else.
public struct SignInAttempt: Sendable {
  /// The longest login that is looked at.
  public static let longestLogin = 256

  /// The tenant, as its file describes it.
  public let tenant: Tenant
  /// The login as typed; see ``TenantCore/LoginName``.
  public let login: String
  /// The password as typed; never empty.
  public let password: Password

  init?(_ tenant: Tenant, login: String, password: Password) {
    guard (1...Self.longestLogin).contains(login.utf8.count) else { return nil }
    self.tenant = tenant
    self.login = login
    self.password = password
  }
}
