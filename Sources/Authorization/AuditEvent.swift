package import TenantCore

/// What somebody did who may, as the installation's audit remembers it: that they came, left, or took data away, or
/// changed who may sign in.
package struct AuditEvent: Sendable, Equatable {
  /// What was done. Changes of access and of reviews are recorded with what they change, under words of their own.
  package enum Action: String, Sendable, CaseIterable {
    case signIn = "sign-in"
    case signOut = "sign-out"
    /// An operator came to a tenant for the first time since signing in.
    case visit = "operator visit"
    /// The first time within an hour that a token was used from an address.
    case tokenUse = "token use"
    case export
  }

  /// When.
  package var at: Timestamp
  /// Who.
  package var actor: String
  /// The actor's real user id; nil for who did not come through the operating system.
  package var userID: UInt32?
  /// Empty for an operator's sign-in and sign-out, which are of no tenant.
  package var tenant: String
  /// An ``Action``'s name, or the words of a change of access or of a review.
  package var action: String
  /// What it was done to or with: the login as it was typed, what was exported, the local user's or token's name.
  package var subject: String?
  /// The client's address; nil for a deed on the command line.
  package var address: String?

  /// Makes an event.
  package init(
    at: Timestamp, actor: String, userID: UInt32? = nil, tenant: String, action: String,
    subject: String? = nil, address: String? = nil
  ) {
    self.at = at
    self.actor = actor
    self.userID = userID
    self.tenant = tenant
    self.action = action
    self.subject = subject
    self.address = address
  }
}

/// The installation's audit, where what was done is concerned. It waits for a file.
package protocol EventAudit: Sendable {
  /// Appends an event.
  func record(_ event: AuditEvent) throws
}

/// A login as somebody typed it into the sign-in, for the audit: bounded, because it may be of any length, and
/// harmless, because it may be anything.
package enum AuditedLogin {
  private static let mostScalars = 128

  /// The login's beginning, with `…` in place of the rest.
  package static func text(_ login: String) -> String {
    let scalars = login.unicodeScalars
    var text = String(String.UnicodeScalarView(scalars.prefix(mostScalars)))
    text = DisplayText.safe(text)
    return scalars.count > mostScalars ? text + "…" : text
  }
}
