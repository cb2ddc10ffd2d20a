/// One tenant user with all profiles, for a person to read.
package struct UserDetail: Sendable, Equatable {
  /// The user's id in the store.
  package var id: Int64
  /// The user's name.
  package var userName: String
  /// True if the user may get a new link (M10).
  package var isActive: Bool
  /// The Windows login as `DOMAIN\login`, if there is one.
  package var windowsLogin: String?
  /// True while a link locks the Windows login (S2).
  package var isLoginLocked: Bool
  /// The values of each profile; blank ones are absent.
  package var profiles: [Profile: [ProfileField: String]]
  /// The link, if any.
  package var link: Link?
  /// The latest unlink that holds the user, if any (U2).
  package var hold: Release?

  /// Makes a value.
  package init(
    id: Int64, userName: String, isActive: Bool, windowsLogin: String?, isLoginLocked: Bool,
    profiles: [Profile: [ProfileField: String]], link: Link?, hold: Release? = nil
  ) {
    self.id = id
    self.userName = userName
    self.isActive = isActive
    self.windowsLogin = windowsLogin
    self.isLoginLocked = isLoginLocked
    self.profiles = profiles
    self.link = link
    self.hold = hold
  }

  /// The value that counts in a field: the first that is not blank, by precedence (S1).
  package func effective(_ field: ProfileField) -> String? {
    Profile.precedence.lazy.compactMap { profiles[$0]?[field] }.first
  }
}

/// What an administrator changes in a tenant user; absent fields stay, empty ones are cleared.
package struct UserEdit: Sendable, Equatable {
  /// Written to the user; refused while a link locks it (S2).
  package var windowsLogin: String?
  /// Written to the `override` profile.
  package var fields: [ProfileField: String]
  /// Whether the user is active; nil leaves it.
  package var isActive: Bool?
  /// What whoever edits has seen: of a user who is another by now, nothing is changed; nil if nobody says.
  package var expected: UserDetail?

  /// Makes an edit.
  package init(
    windowsLogin: String? = nil, fields: [ProfileField: String] = [:], isActive: Bool? = nil
  ) {
    self.windowsLogin = windowsLogin
    self.fields = fields
    self.isActive = isActive
  }
}

/// What an import of a users file did.
package struct ImportReport: Sendable, Equatable {
  /// Users that were new.
  package var added: Int
  /// Users that changed.
  package var updated: Int
  /// Users that were there already, the same in everything.
  package var unchanged: Int
  /// Rows that were passed over on request, as `file:line: message`.
  package var skipped: [String]
  /// Notes about the data, such as duplicate values (S4).
  package var findings: [Finding]

  /// Makes a report.
  package init(
    added: Int = 0, updated: Int = 0, unchanged: Int = 0, skipped: [String] = [],
    findings: [Finding] = []
  ) {
    self.added = added
    self.updated = updated
    self.unchanged = unchanged
    self.skipped = skipped
    self.findings = findings
  }
}
