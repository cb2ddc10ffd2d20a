internal import Foundation
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// One request of somebody who signed in, for the tenant of the session.
struct PageVisit: Sendable {
  /// The tenant, behind the gate.
  let administration: TenantAdministration
  let session: Session
  /// The word in the session's cookie.
  let word: String
  let request: Request
  let context: WebContext
  let pages: Pages

  var tenant: Tenant { administration.tenant }

  /// A page of the tenant.
  func href(_ path: String, _ query: [(name: String, value: String?)] = []) -> String {
    let query = FormFields.query(query)
    return "/tenants/\(tenant.name)/\(path)" + (query.isEmpty ? "" : "?\(query)")
  }

  /// The page of a row.
  func href(ofRow key: RowKey) -> String { href("active-directory-sync/rows/\(key)") }

  /// The page of a user of the application.
  ///
  /// A blank at the end, which names are compared without, keeps a browser from taking `..` for the folder
  /// above, and a name from leading to another page.
  func href(ofUser name: String) -> String {
    let isTaken = [".", "..", "export.csv"].contains(name)
    return href("users/" + FormFields.encoded(isTaken ? name + " " : name))
  }

  /// A part of the path, decoded.
  func parameter(_ name: String) throws -> String {
    guard let text = context.parameters.get(name)?.removingPercentEncoding, !text.isEmpty else {
      throw WebFailure.notFound
    }
    return text
  }

  /// The row that the path names.
  func row() throws -> RowKey {
    guard let key = RowKey(try parameter("row")) else { throw WebFailure.notFound }
    return key
  }

  // MARK: - Answers

  /// What every page has.
  func frame(_ title: String, crumbs: [(label: String, href: String?)]) -> [String: Any] {
    var values = pages.frame(title)
    values["csrf"] = session.formToken
    values["tenantName"] = PageWords.safe(tenant.displayName)
    values["person"] = PageWords.safe(session.actor.userName)
    values["nav"] = PageSection.allCases.map { section in
      [
        "label": section.title, "href": href(section.path),
        "isHere": request.uri.path.hasPrefix(href(section.path)),
      ] as [String: Any]
    }
    values["hasCrumbs"] = !crumbs.isEmpty
    values["crumbs"] = crumbs.enumerated().map { number, crumb in
      var values: [String: Any] = [
        "label": PageWords.safe(crumb.label) ?? "", "isHere": number == crumbs.count - 1,
      ]
      values.set("href", crumb.href)
      return values
    }
    values.set("flash", pages.door.sessions.takeFlash(word).map(\.values))
    return values
  }

  /// Renders a page.
  func answer(_ template: String, _ values: [String: Any]) throws -> Response {
    try pages.templates.answer(template, values)
  }

  /// Sends the browser to a page, where it is told what was done.
  func redirect(_ href: String, _ flash: Flash? = nil) -> Response {
    if let flash { pages.door.sessions.put(flash, word) }
    return .redirect(to: href, type: .normal)
  }

  /// Where a form wants to go back to: a page of this tenant, or this one.
  func back(_ form: FormFields, else path: String) -> String {
    let fallback = href(path)
    guard let back = form["back"], pages.isLocal(back, of: tenant.name) else { return fallback }
    return back
  }
}

/// The four places that a page's head leads to.
enum PageSection: CaseIterable, Sendable {
  case sync, users, history, configuration

  var title: String {
    switch self {
    case .sync: "Active Directory Sync"
    case .users: "Users"
    case .history: "History"
    case .configuration: "Active Directory Configuration"
    }
  }

  var path: String {
    switch self {
    case .sync: "active-directory-sync"
    case .users: "users"
    case .history: "history"
    case .configuration: "active-directory-configuration"
    }
  }

  /// Where the mission page says that it lies.
  var place: [(label: String, href: String?)] {
    switch self {
    case .sync: [("Application Management", nil), ("Monitoring", nil)]
    case .configuration:
      [("Application Management", nil), ("Global", nil), ("System Configuration", nil)]
    case .users, .history: [("Application Management", nil)]
    }
  }
}

/// What is told once, on the next page.
struct Flash: Sendable {
  /// How it is meant, as the style sheet calls it.
  enum Tone: String, Sendable { case good, warn, bad }

  var tone: Tone
  var text: String

  var values: [String: Any] { ["tone": tone.rawValue, "text": PageWords.safe(text) ?? ""] }
}
