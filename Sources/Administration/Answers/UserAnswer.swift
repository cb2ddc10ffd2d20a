package import TenantCore

/// A tenant user with all profiles.
package struct UserAnswer: Encodable, Sendable {
  /// The linked directory user.
  struct Linked: Encodable, Sendable {
    let domain: String
    let login: String
    let objectGUID: String
  }

  /// The unlink that holds the user (U2).
  struct Held: Encodable, Sendable {
    let actor: String
    let at: Timestamp
    @OrNull var comment: String?
    let domain: String
    let login: String
    let objectGUID: String
  }

  /// Values by field; nil is blank.
  typealias Fields = [String: String?]

  let userName: String
  let active: Bool
  @OrNull var windowsLogin: String?
  let windowsLoginLocked: Bool
  @OrNull var linked: Linked?
  @OrNull var held: Held?
  /// The values that count.
  let effective: Fields
  /// The values of each profile.
  let profiles: [String: Fields]

  /// Tells of a user.
  package init(_ user: UserDetail) {
    userName = user.userName
    active = user.isActive
    windowsLogin = user.windowsLogin
    windowsLoginLocked = user.isLoginLocked
    linked = user.link.map {
      Linked(domain: $0.domain, login: $0.login, objectGUID: $0.guid.description)
    }
    held = user.hold.map { release in
      Held(
        actor: release.actor, at: release.releasedAt, comment: release.comment,
        domain: release.domain, login: release.login, objectGUID: release.guid.description)
    }
    effective = Self.fields(user.effective)
    profiles = Dictionary(
      Profile.allCases.map { profile in
        (profile.rawValue, Self.fields { user.profiles[profile]?[$0] })
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func fields(_ value: (ProfileField) -> String?) -> Fields {
    Dictionary(
      ProfileField.allCases.map { ($0.rawValue, value($0)) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// A page of a tenant's users.
package struct UsersAnswer: Encodable, Sendable {
  let tenant: String
  let users: [UserAnswer]
  let page: PageAnswer

  /// Tells of users.
  package init(tenant: String, users: [UserDetail], page: PageAnswer) {
    self.tenant = tenant
    self.users = users.map(UserAnswer.init)
    self.page = page
  }
}
