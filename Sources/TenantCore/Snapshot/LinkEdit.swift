/// A change of links by hand, decided and ready to be written (U1 to U5); `comment` says why.
package enum LinkEdit: Sendable, Equatable {
  /// Links a directory user of the snapshot to a tenant user. `change` is what the user takes from
  /// the directory; `replaced` is the link whose directory user is deleted and that this one
  /// replaces; a release of the pair is forgotten.
  case link(
    entry: SnapshotEntry, userID: Int64, reason: Reason, change: EditedUser, replaced: Link?,
    comment: String? = nil)
  /// Removes a link and remembers the pair as released. Values stay; the Windows login is unlocked.
  /// `entry` is the row, if the directory user has one, with the state and reason that it gets.
  case unlink(link: Link, entry: SnapshotEntry?, comment: String? = nil)
}

/// What a link by hand changes in the tenant user.
package struct EditedUser: Sendable, Equatable {
  /// The tenant user's name.
  package var userName: String
  /// New values of the recording profile.
  package var recording: [FieldChange]
  /// The Windows login's new value, if it changes (S2).
  package var windowsLogin: FieldChange?

  /// All fields that change, those of the recording profile first.
  package var fields: [FieldChange] { recording + (windowsLogin.map { [$0] } ?? []) }

  /// Makes a change.
  package init(userName: String, recording: [FieldChange] = [], windowsLogin: FieldChange? = nil) {
    self.userName = userName
    self.recording = recording
    self.windowsLogin = windowsLogin
  }
}
