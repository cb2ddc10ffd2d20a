internal import Authorization
internal import Foundation
internal import Logging
internal import Hummingbird
internal import Synchronization
internal import TenantCore

/// One request of somebody who signed in, for one tenant.
struct PageVisit: Sendable {
  /// The tenant, after the permission check.
  let authorized: AuthorizedTenant
  let session: Session
  let request: Request
  let context: WebContext
  let pages: Pages
  /// What is told, here or on the next page.
  let telling = PageTelling()

  init(
    authorized: AuthorizedTenant, session: Session, request: Request, context: WebContext,
    pages: Pages
  ) {
    self.authorized = authorized
    self.session = session
    self.request = request
    self.context = context
    self.pages = pages
  }

  var tenant: Tenant { authorized.tenant }

  var addresses: PageAddresses { PageAddresses(tenant: tenant.name) }

  /// A page of the tenant.
  func href(_ path: String, _ query: [(name: String, value: String?)] = []) -> String {
    addresses.href(path, query)
  }

  /// The page of a row.
  func href(ofRow key: RowKey) -> String { addresses.href(ofRow: key) }

  /// The page of a user of the application.
  func href(ofUser name: String) -> String { addresses.href(ofUser: name) }

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
  func frame(_ title: String, crumbs: [(label: String, href: String?)]) -> PageFrame {
    var frame = PageFrame(title, crumbs: crumbs)
    frame.csrf = session.formToken
    frame.tenantName = DisplayText.safe(tenant.displayName)
    frame.person = DisplayText.safe(session.actor.userName)
    let tenants = PageLink(label: "Tenants", href: PageAddresses.allTenants)
    frame.nav =
      (session.tenant == nil ? [tenants] : [])
      + PageSection.allCases.map { section in
        PageLink(
          label: section.title, href: href(section.path),
          isHere: request.uri.path.hasPrefix(href(section.path)))
      }
    frame.flash = session.flash
    if session.flash != nil { telling.note(nil) }
    return frame
  }

  /// Renders a page.
  func answer(_ values: some PageValues) throws -> Response {
    try pages.templates.answer(values)
  }

  /// Sends the browser to a page, where it is told what was done.
  func redirect(_ href: String, _ flash: Flash? = nil) -> Response {
    if let flash { telling.note(flash) }
    return .redirect(to: href, type: .normal)
  }

  /// Where a form wants to go back to: a page of this tenant, or this one.
  func back(_ form: FormFields, else path: String) -> String {
    let fallback = href(path)
    guard let back = form["back"], pages.isLocal(back, of: tenant.name) else { return fallback }
    return back
  }
}

/// What a request leaves to be told on the session's next page, until it is kept with the session.
final class PageTelling: Sendable {
  /// Nil if nothing changes; else what is to be told next, if anything.
  private let next = Mutex<Flash??>(nil)

  /// - Parameter flash: nil if what was to be told is told now.
  func note(_ flash: Flash?) { next.withLock { $0 = .some(flash) } }

  /// Keeps it. What was done is done, and is answered so, if it cannot be kept.
  func keep(_ visit: PageVisit) async {
    guard let flash = next.withLock(\.self) else { return }
    do {
      try await visit.pages.authenticator.sessions.put(flash, visit.session)
    } catch {
      visit.context.logger.warning("what the next page was to tell is lost: \(error)")
    }
  }
}

/// Where the pages of a tenant lie.
struct PageAddresses: Sendable {
  /// The overview.
  static let allTenants = "/tenants"

  /// The tenant's name.
  let tenant: String

  /// Where somebody begins.
  ///
  /// - Parameter tenant: nil for an operator.
  static func home(of tenant: String?) -> String {
    tenant.map { PageAddresses(tenant: $0).href(PageSection.sync.path) } ?? allTenants
  }

  /// A page of the tenant.
  func href(_ path: String, _ query: [(name: String, value: String?)] = []) -> String {
    let query = FormFields.query(query)
    return "/tenants/\(tenant)/\(path)" + (query.isEmpty ? "" : "?\(query)")
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
}
