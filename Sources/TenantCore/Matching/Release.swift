internal import PluginContract

/// A pair that an administrator unlinked: it is not linked again by itself, and the tenant user is held
/// until one of its values changes (U2).
package struct Release: Sendable, Equatable {
  /// How long an unlink holds the tenant user.
  package enum Hold: Sendable, Equatable {
    /// Not any more: a value changed, or the user was linked by hand.
    case ended
    /// While the values are those of the unlink.
    case unchanged(ComparedValues)
    /// While the values are those that the next run finds: they were not known at the unlink, because an
    /// earlier version wrote it, or because the users file had the user no more.
    case untilSeen
  }

  /// The directory user.
  package var guid: ObjectGUID
  /// The tenant user's id in the store.
  package var userID: Int64
  /// The tenant user's name.
  package var userName: String
  /// The directory user's domain at the unlink; empty if it is not known.
  package var domain: String
  /// The directory user's login at the unlink; empty if it is not known.
  package var login: String
  /// Who unlinked it.
  package var actor: String
  /// When.
  package var releasedAt: Timestamp
  /// Why, if it was said.
  package var comment: String?
  /// Whether the tenant user is held.
  package var hold: Hold

  /// Makes a release.
  package init(
    guid: ObjectGUID, userID: Int64, userName: String, domain: String = "", login: String = "",
    actor: String, releasedAt: Timestamp, comment: String?, hold: Hold = .ended
  ) {
    self.guid = guid
    self.userID = userID
    self.userName = userName
    self.domain = domain
    self.login = login
    self.actor = actor
    self.releasedAt = releasedAt
    self.comment = comment
    self.hold = hold
  }

  /// True if a user with these values is held.
  package func holds(_ values: ComparedValues) -> Bool {
    switch hold {
    case .ended: false
    case .unchanged(let held): held == values
    case .untilSeen: true
    }
  }

  /// Whom the user was unlinked from, as `DOMAIN\login`.
  package var directoryUser: String {
    login.isEmpty ? "a directory user" : "\(domain)\\\(login)"
  }

  /// Who unlinked the two, when and why.
  package var circumstances: String {
    "\(actor) on \(releasedAt)\(comment.map { ": \($0)" } ?? "")"
  }
}

/// The values of a tenant user that matchers compare, as they compare them (M5): two are equal if no
/// matcher can tell them apart.
package struct ComparedValues: Sendable, Equatable {
  /// One for each ``PluginContract/TenantField``, in its order; a blank value is empty.
  package let values: [String]

  /// Takes values that were noted before.
  package init(values: [String]) { self.values = values }

  /// The values of one of a tenant's users.
  package init(of user: Int, in users: TenantUsers) {
    let (batch, record) = users.locate(user)
    values = TenantField.allCases.map {
      users.batches[batch].records.column($0.rawValue)?.canonical.text(of: record) ?? ""
    }
  }

  /// The values of a user.
  package init(_ user: UserDetail) {
    values = TenantField.allCases.map { field in
      let value: String? =
        switch field {
        case .userName: user.userName
        case .windowsLogin: user.windowsLogin
        case .firstName: user.effective(.firstName)
        case .lastName: user.effective(.lastName)
        case .employeeId: user.effective(.employeeId)
        case .email: user.effective(.email)
        }
      return CanonicalText.of(value ?? "")
    }
  }
}
