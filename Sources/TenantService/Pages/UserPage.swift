internal import Authorization
internal import Hummingbird
internal import TenantCore
internal import Workbench

/// One user of the application: profiles field by field, who wins, and what may be edited.
struct UserPage {
  private let visit: PageVisit
  private let user: UserDetail
  private let changes: [ChangeRecord]
  private let linkedEntry: SnapshotEntry?
  private let releases: [Release]

  init(_ visit: PageVisit, _ name: String) async throws {
    let store = try await visit.administration.store()
    guard let user = try await store.user(named: name) else { throw WebFailure.notFound }
    self.visit = visit
    self.user = user
    changes = try await visit.administration.changes(of: user, store, limit: 100)
    linkedEntry =
      if let link = user.link { try await store.entry(guid: link.guid) } else { nil }
    releases = try await store.releases().filter { $0.userID == user.id }
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
    try await visit.administration.edit(user.userName, edit)
  }

  func answer(failures: [String] = []) throws -> Response {
    var values = visit.frame(
      user.userName,
      crumbs: PageSection.users.place + [
        (PageSection.users.title, visit.href("users")), (user.userName, nil),
      ])
    values["link"] = link
    values["linkSentence"] = DisplayText.safe(linkSentence)
    values["facts"] = FactWords.values([
      ("User name", [user.userName]),
      (
        "Windows login",
        [(user.windowsLogin ?? "none") + (user.isLoginLocked ? " (locked while linked)" : "")]
      ),
      ("Active", [user.isActive ? "yes" : "no: no new link is made"]),
    ])
    values["canUnlink"] = user.link != nil
    values["canAllowAgain"] = user.link == nil && releases.count == 1
    values["hasActions"] = user.link != nil || releases.count == 1
    values["unlinkAction"] = visit.href("links/unlink")
    values["allowAgainAction"] = visit.href("links/allow-again")
    values["back"] = visit.href(ofUser: user.userName)
    values["userName"] = user.userName
    values["precedence"] = Profile.precedence.map(Self.label).joined(separator: ", ")
    values["profiles"] = ProfileField.allCases.map(profile)
    addForm(to: &values, failures)
    values["hasChanges"] = !changes.isEmpty
    values["changes"] = changes.map { ChangeWords(visit: visit, change: $0).values }
    return try visit.answer("user", values)
  }

  private var link: [String: Any] {
    var values: [String: Any] = [
      "isLinked": user.link != nil, "linkText": user.link == nil ? "Not linked" : "Linked",
    ]
    if let link = user.link {
      values["account"] = DisplayText.safe("\(link.domain)\\\(link.login)")
      if linkedEntry != nil { values["rowHref"] = visit.href(ofRow: .guid(link.guid)) }
    }
    return values
  }

  private var linkSentence: String {
    if let link = user.link {
      let how = link.run > 0 ? "Linked by run \(link.run)." : "Linked by hand."
      return linkedEntry == nil
        ? "\(how) The directory user has no row in the snapshot any more." : how
    }
    guard let release = releases.last else { return "No directory user is linked to it." }
    return "Unlinked by \(release.actor) on \(PageWords.words(ofTime: release.releasedAt))"
      + (release.comment.map { ": \($0)" } ?? "").asSentence
      + (user.hold == nil
        ? "" : " It is held: no run links it until its Windows login or another value is changed.")
  }

  private func profile(_ field: ProfileField) -> [String: Any] {
    let winner = Profile.precedence.first { user.profiles[$0]?[field] != nil }
    var values: [String: Any] = [
      "field": Self.label(field), "winner": winner.map(Self.label) ?? "nobody",
    ]
    values.set("effective", PageWords.safe(user.effective(field)))
    for profile in Profile.allCases {
      values.set(profile.rawValue, PageWords.safe(user.profiles[profile]?[field]))
    }
    return values
  }

  private func addForm(to values: inout [String: Any], _ failures: [String]) {
    let isFile = visit.tenant.users != .store
    values["canEdit"] = !isFile
    if isFile {
      values["readOnlyText"] =
        "The users of this tenant come from a file that is read at each run; edit them there."
    }
    values["hasFailures"] = !failures.isEmpty
    values["failures"] = failures.map { DisplayText.safe($0) }
    values["editAction"] = visit.href(ofUser: user.userName)
    values["isLocked"] = user.isLoginLocked
    values["windowsLogin"] = user.windowsLogin ?? ""
    values["overrides"] = ProfileField.allCases.map { field in
      [
        "label": Self.label(field), "name": field.rawValue,
        "value": user.profiles[.override]?[field] ?? "",
      ]
    }
    values["isActive"] = user.isActive
  }

  private static func label(_ profile: Profile) -> String {
    profile == .acd ? "ACD" : profile.rawValue
  }

  private static func label(_ field: ProfileField) -> String {
    switch field {
    case .firstName: "First name"
    case .lastName: "Last name"
    case .employeeId: "Employee ID"
    case .email: "Email"
    }
  }
}
