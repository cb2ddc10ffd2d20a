internal import TenantCore

/// What stands around every page: its head, where it lies, and what is told once.
struct PageFrame: Sendable {
  let title: String
  let assets = PageAssets.addresses
  /// What the page's forms prove themselves by.
  var csrf = ""
  /// The tenant; nil if nobody is signed in.
  var tenantName: String?
  /// Who is signed in; nil if nobody is.
  var person: String?
  /// The places that the head leads to.
  var nav: [PageLink] = []
  /// Where the page lies.
  let crumbs: [PageLink]
  let hasCrumbs: Bool
  /// What is told on this page only.
  var flash: Flash?

  /// Makes a frame; the last of the crumbs is the page itself.
  init(_ title: String, crumbs: [(label: String, href: String?)] = []) {
    self.title = DisplayText.safe(title)
    self.crumbs = crumbs.enumerated().map { number, crumb in
      PageLink(
        label: DisplayText.safe(crumb.label), href: crumb.href, isHere: number == crumbs.count - 1)
    }
    hasCrumbs = !crumbs.isEmpty
  }
}

/// The places that a page's head leads to.
enum PageSection: CaseIterable, Sendable {
  case sync, reviews, users, history, configuration

  var title: String {
    switch self {
    case .sync: "Active Directory Sync"
    case .reviews: "Reviews"
    case .users: "Users"
    case .history: "History"
    case .configuration: "Active Directory Configuration"
    }
  }

  var path: String {
    switch self {
    case .sync: "active-directory-sync"
    case .reviews: "reviews"
    case .users: "users"
    case .history: "history"
    case .configuration: "active-directory-configuration"
    }
  }

  /// Where the mission page says that it lies.
  var place: [(label: String, href: String?)] {
    switch self {
    case .sync, .reviews: [("Application Management", nil), ("Monitoring", nil)]
    case .configuration:
      [("Application Management", nil), ("Global", nil), ("System Configuration", nil)]
    case .users, .history: [("Application Management", nil)]
    }
  }
}
