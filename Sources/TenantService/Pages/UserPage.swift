internal import Administration
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// One user of the application: profiles field by field, who wins, and what may be edited.
struct UserPage {
  private let visit: PageVisit
  private let user: UserDetail
  private let changes: [ChangeRecord]
  private let linkedEntry: SnapshotEntry?
  private let releases: [Release]

  init(_ visit: PageVisit, _ name: String) async throws {
    let session = visit.authorized.session
    guard let user = try await session.userIfPresent(name) else { throw WebFailure.notFound }
    self.visit = visit
    self.user = user
    changes = try await visit.authorized.changes(of: user, limit: 100)
    linkedEntry =
      if let link = user.link { try await session.entry(guid: link.guid) } else { nil }
    releases = try await session.releases(ofUser: user.id)
  }

  /// Writes what a form changes: what is blank there clears the override profile's value.
  func save(_ form: FormFields) async throws {
    var edit = UserEdit()
    if !user.isLoginLocked, let login = form.exact("windowsLogin"), login != user.windowsLogin ?? ""
    {
      edit.windowsLogin = login
    }
    for field in ProfileField.allCases {
      guard let value = form.exact(field.rawValue) else { continue }
      if value != user.profiles[.override]?[field] ?? "" { edit.fields[field] = value }
    }
    let isActive = form.isYes("active")
    if isActive != user.isActive { edit.isActive = isActive }
    guard edit != UserEdit() else { return }
    try await visit.authorized.edit(user.userName, edit)
  }

  func answer(failures: [String] = []) throws -> Response {
    let isOfFile = visit.tenant.users != .store
    return try visit.answer(
      UserPageValues(
        frame: visit.frame(
          user.userName,
          crumbs: PageSection.users.place + [
            (PageSection.users.title, visit.href("users")), (user.userName, nil),
          ]),
        link: link, linkSentence: DisplayText.safe(linkSentence), facts: facts, actions: actions,
        precedence: Profile.precedence.map(Self.label).joined(separator: ", "),
        profiles: ProfileField.allCases.map(profile),
        readOnlyText: isOfFile
          ? "The users of this tenant come from a file that is read at each run; edit them there."
          : nil,
        editor: isOfFile ? nil : editor(failures),
        hasChanges: !changes.isEmpty, changes: changes.map { ChangeRow($0, visit.addresses) }))
  }

  private var link: UserPageValues.LinkWords {
    UserPageValues.LinkWords(
      isLinked: user.link != nil, linkText: user.link == nil ? "Not linked" : "Linked",
      account: PageWords.safe(user.link.map { "\($0.domain)\\\($0.login)" }),
      rowHref: linkedEntry == nil ? nil : user.link.map { visit.href(ofRow: .guid($0.guid)) })
  }

  private var facts: [Fact] {
    [
      Fact("User name", [user.userName]),
      Fact(
        "Windows login",
        [(user.windowsLogin ?? "none") + (user.isLoginLocked ? " (locked while linked)" : "")]),
      Fact("Active", [user.isActive ? "yes" : "no: no new link is made"]),
    ]
  }

  private var actions: UserPageValues.Actions {
    UserPageValues.Actions(
      canUnlink: user.link != nil, canAllowAgain: user.link == nil && releases.count == 1,
      findHref: user.link == nil ? visit.href(ofUser: user.userName) + "/link" : nil,
      unlinkAction: visit.href("links/unlink"), allowAgainAction: visit.href("links/allow-again"),
      userName: user.userName, back: visit.href(ofUser: user.userName))
  }

  private var linkSentence: String {
    if let link = user.link {
      let how = link.run > 0 ? "Linked by run \(link.run)." : "Linked by hand."
      return linkedEntry == nil
        ? "\(how) The directory user has no row in the snapshot any more." : how
    }
    guard let release = releases.last else { return "No directory user is linked to it." }
    return "Unlinked by \(release.actor) on \(PageWords.words(of: release.releasedAt))"
      + (release.comment.map { ": \($0)" } ?? "").asSentence
      + (user.hold == nil
        ? "" : " It is held: no run links it until its Windows login or another value is changed.")
  }

  private func profile(_ field: ProfileField) -> UserPageValues.FieldRow {
    let winner = Profile.precedence.first { user.profiles[$0]?[field] != nil }
    func value(_ profile: Profile) -> String? { PageWords.safe(user.profiles[profile]?[field]) }
    return UserPageValues.FieldRow(
      field: PageWords.label(field.tenantField), effective: PageWords.safe(user.effective(field)),
      override: value(.override), recording: value(.recording), acd: value(.acd),
      winner: winner.map(Self.label) ?? "nobody")
  }

  private func editor(_ failures: [String]) -> UserPageValues.Editor {
    UserPageValues.Editor(
      hasFailures: !failures.isEmpty, failures: failures.map { DisplayText.safe($0) },
      editAction: visit.href(ofUser: user.userName), isLocked: user.isLoginLocked,
      windowsLogin: user.windowsLogin ?? "",
      overrides: ProfileField.allCases.map { field in
        UserPageValues.Override(
          label: PageWords.label(field.tenantField), name: field.rawValue,
          value: user.profiles[.override]?[field] ?? "")
      },
      isActive: user.isActive)
  }

  private static func label(_ profile: Profile) -> String {
    profile == .acd ? "ACD" : profile.rawValue
  }
}

/// What the page of a user is filled with.
struct UserPageValues: PageValues {
  static let template = "user"

  /// The link to a directory user, or that there is none.
  struct LinkWords: Sendable {
    let isLinked: Bool
    let linkText: String
    let account: String?
    let rowHref: String?
  }

  /// What can be done about the link.
  struct Actions: Sendable {
    let canUnlink: Bool
    let canAllowAgain: Bool
    /// Where the directory users are searched; nil if the user is linked.
    let findHref: String?
    let unlinkAction: String
    let allowAgainAction: String
    let userName: String
    /// Where the forms come back to.
    let back: String
  }

  /// A field's value in each profile; nil is blank.
  struct FieldRow: Sendable {
    let field: String
    let effective: String?
    let override: String?
    let recording: String?
    let acd: String?
    /// The profile that decides.
    let winner: String
  }

  /// The form that edits the user.
  struct Editor: Sendable {
    let hasFailures: Bool
    /// Why the last edit was refused.
    let failures: [String]
    let editAction: String
    let isLocked: Bool
    let windowsLogin: String
    let overrides: [Override]
    let isActive: Bool
  }

  /// A field of the override profile.
  struct Override: Sendable {
    let label: String
    let name: String
    let value: String
  }

  let frame: PageFrame
  let link: LinkWords
  let linkSentence: String
  let facts: [Fact]
  let actions: Actions
  let precedence: String
  let profiles: [FieldRow]
  /// Why the user cannot be edited; nil if it can.
  let readOnlyText: String?
  /// Nil if the user cannot be edited.
  let editor: Editor?
  let hasChanges: Bool
  let changes: [ChangeRow]
}
