/// Why a row has its state: a stable code and what it is about (semantics.md 5).
package struct Reason: Sendable, Equatable {
  /// The stable code, such as `login-exact` or `near-miss:domain`.
  package var code: String
  /// The matcher that judged, if one did.
  package var matcher: String?
  /// The directory attribute that was compared; several are joined by `+`.
  package var attribute: String?
  /// The value as read.
  package var value: String?
  /// The value as compared.
  package var canonical: String?
  /// The user names of the tenant users concerned, in order: those that match, the holder, or the
  /// nearest.
  package var candidates: [String]
  /// What the code needs beside these: who released and when, the other logins, a plugin's message; of a
  /// link, the value by which it was made, if another is there now; of a near miss, what the user has;
  /// for `no-key-value` and `no-candidate` the compared attributes that nobody in the directory has.
  package var detail: String?

  /// Makes a reason.
  package init(
    code: String, matcher: String? = nil, attribute: String? = nil, value: String? = nil,
    canonical: String? = nil, candidates: [String] = [], detail: String? = nil
  ) {
    self.code = code
    self.matcher = matcher
    self.attribute = attribute
    self.value = value
    self.canonical = canonical
    self.candidates = candidates
    self.detail = detail
  }
}

/// The reason codes that the host itself gives; those of matchers are in their rules.
package enum ReasonCode {
  /// An administrator linked the two by hand (U4).
  package static let manual = "manual"
  /// The record has none of the values that the matcher compares.
  package static let noKeyValue = "no-key-value"
  /// Values were compared and nobody has an equal one.
  package static let noCandidate = "no-candidate"
  /// Several tenant users match (M9).
  package static let severalUsers = "several-users"
  /// Several directory users claim one tenant user (M9).
  package static let severalDirectoryUsers = "several-directory-users"
  /// The tenant user that matches is linked to another (M7).
  package static let takenBy = "taken-by"
  /// The tenant user that matches was unlinked from another and is held (U2).
  package static let held = "held"
  /// Several tenant users matched, and some of them are missing from the users file (M16).
  package static let candidateGone = "candidate-gone"
  /// Only inactive tenant users match (M10).
  package static let onlyInactiveUser = "only-inactive-user"
  /// An administrator unlinked the pair (U2).
  package static let releasedBy = "released-by"
  /// The record has no usable `objectGUID` (M14).
  package static let missingGUID = "missing-guid"
  /// The record has no login (M14).
  package static let missingLogin = "missing-login"
  /// An attribute that is compared is not text (M14).
  package static let undecodable = "undecodable"
  /// The login has a new GUID: the account was recreated (M15).
  package static let recreatedAccount = "recreated-account"
  /// A matcher failed on the record.
  package static let matcherError = "matcher-error"
  /// The row's link leads to a user that the users file no longer has.
  package static let userMissing = "user-missing"
  /// Followed by the rule's name.
  package static let rulePrefix = "rule:"
}

/// A note beside a row or a run; it changes no status.
package struct Finding: Sendable, Hashable {
  /// What is noted.
  package enum Code: String, Sendable, CaseIterable {
    case disagreement
    case duplicateGUID = "duplicate-guid"
    case duplicateValue = "duplicate-value"
    case renamed, moved, conflict
    /// An entry of an export without object classes was passed over.
    case skippedEntry = "skipped-entry"
    /// An import left a locked Windows login alone.
    case lockedLogin = "locked-login"
    /// Linked users had lost their Windows login and have it again (S2).
    case restoredLogin = "restored-login"
    /// A server was lost on the way, and the directory was read again.
    case serverLost = "server-lost"
    /// Nobody in a directory has an attribute that a matcher compares.
    case attributeMissing = "attribute-missing"
    /// A value of a directory user was read and not kept, because it is too long (M14).
    case valueTooLong = "value-too-long"
    /// Whether accounts of a directory are enabled, locked or expired could not be read (M12).
    case unknownFlags = "unknown-flags"
  }

  /// What is noted.
  package var code: Code
  /// A directory user as `DOMAIN\login`, or a user name; nil for the run.
  package var subject: String?
  /// One sentence.
  package var message: String

  /// Makes a finding.
  package init(_ code: Code, subject: String? = nil, message: String) {
    self.code = code
    self.subject = subject
    self.message = message
  }
}
