package import TenantCore

/// A password as it was typed; it does not show in a text, a log or a dump.
package struct Password: Sendable, CustomStringConvertible, CustomReflectable {
  /// The longest one that is looked at.
  package static let maximumBytes = 1024

  /// The bytes, in UTF-8.
  package let bytes: [UInt8]

  /// Takes what was typed; nil if it is empty, which a directory would take for an anonymous bind, or
  /// too long.
  package init?(_ text: String) {
    bytes = Array(text.utf8)
    guard (1...Self.maximumBytes).contains(bytes.count), !bytes.contains(0) else { return nil }
  }

  /// No part of it.
  package var description: String { "(a password)" }
  /// No part of it.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Somebody who asks to be let in to a tenant, as whom nobody knows yet.
///
/// Only ``Authenticator`` makes one, and who verifies it asks for it: so a directory is asked for
/// nobody else.
package struct SignInAttempt: Sendable {
  /// The longest login that is looked at.
  package static let longestLogin = 256

  /// The tenant, as its file describes it.
  package let tenant: Tenant
  /// The login as typed; see ``TenantCore/LoginName``.
  package let login: String
  /// The password as typed; never empty.
  package let password: Password

  init?(_ tenant: Tenant, login: String, password: Password) {
    guard (1...Self.longestLogin).contains(login.utf8.count) else { return nil }
    self.tenant = tenant
    self.login = login
    self.password = password
  }
}

/// Somebody who asks to be let in as an operator, as whom nobody knows yet; made by ``Authenticator``
/// alone.
package struct OperatorSignInAttempt: Sendable {
  /// The name as typed.
  package let name: String
  /// The password as typed; never empty.
  package let password: Password

  init?(_ name: String, password: Password) {
    guard (1...SignInAttempt.longestLogin).contains(name.utf8.count) else { return nil }
    self.name = name
    self.password = password
  }
}
