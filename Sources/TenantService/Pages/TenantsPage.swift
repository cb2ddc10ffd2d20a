internal import Administration
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// All tenants at a glance: those of an operator, or those that somebody is signed in to.
struct TenantsPage: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    router.get(RouterPath(PageAddresses.allTenants)) { request, context in
      try await page(request, context)
    }
  }

  private func page(_ request: Request, _ context: WebContext) async throws -> Response {
    let visitors = try await visitors(request)
    let glances = try await pages.parts.overview(as: visitors.map(\.actor))
    guard let visitor = visitors.first, !glances.isEmpty else {
      try await leave(request, context, visitors)
    }
    var frame = PageFrame("Tenants", crumbs: [("Application Management", nil), ("Tenants", nil)])
    frame.csrf = visitor.formToken
    frame.person = DisplayText.safe(visitor.actor.userName)
    frame.nav = [PageLink(label: "Tenants", href: PageAddresses.allTenants, isHere: true)]
    frame.flash = visitor.flash
    let answer = OverviewAnswer(glances, at: pages.parts.clock.date()) { remedy, _ in
      PageRemedy.clause(remedy)
    }
    let response = try pages.templates.answer(TenantsPageValues(frame, answer))
    if visitor.flash != nil { try await pages.authenticator.sessions.put(nil, visitor) }
    return response
  }

  /// The sessions whose persons are still welcome.
  private func visitors(_ request: Request) async throws -> [Session] {
    var visitors: [Session] = []
    for found in try await pages.authenticator.sessions(of: request) {
      // A tenant whose directory cannot be asked, or that is gone, hides none of the others.
      do {
        let session = try await pages.authenticator.checked(found, isChange: false)
        if let session { visitors.append(session) }
      } catch  where StorageTrouble(error)?.isOfDatabase != true {
        try Task.checkCancellation()
      }
    }
    return visitors
  }

  /// Says what somebody lacks; whoever has no role at all is signed in no longer (A5).
  private func leave(
    _ request: Request, _ context: WebContext, _ visitors: [Session]
  ) async throws -> Never {
    let action = TenantRegistry.overviewAction
    for visitor in visitors {
      guard let tenant = visitor.tenant else {
        try await pages.authenticator.sessions.end(visitor)
        continue
      }
      _ = try await pages.authorize(visitor, tenant, action, request, context)
    }
    await pages.authenticator.recorder.record(
      action, tenant: "", address: context.address, actor: visitors.first?.actor)
    throw SignInNeeded(request, tenant: nil)
  }
}

/// What the page shows.
struct TenantsPageValues: PageValues {
  static let template = "tenants"

  /// A line of the table.
  struct Row: Sendable {
    let name: String
    let displayName: String
    /// Nil for a tenant whose file was broken from the beginning.
    let href: String?
    let users: String
    let matched: String
    let notMatched: String
    let attention: String
    let changed: String
    /// When the last review was signed; nil if none was.
    let reviewedText: String
    let reviewed: PageTime?
    let isNeeding: Bool
    let troubles: [Trouble]
    /// When the snapshot was complete; nil if there is none.
    let time: PageTime?
    let ageText: String

    init(_ tenant: OverviewAnswer.Tenant) {
      func number(_ value: Int?) -> String { value.map { PageWords.count($0) } ?? "–" }
      name = tenant.tenant
      displayName = DisplayText.safe(tenant.displayName ?? tenant.tenant)
      href = tenant.displayName == nil ? nil : PageAddresses.home(of: tenant.tenant)
      users = number(tenant.counts?.total)
      matched = number(tenant.counts?.matched)
      notMatched = number(tenant.counts?.notMatched)
      attention = number(tenant.attention)
      changed = number(tenant.changedSinceReview)
      reviewedText =
        tenant.lastReview.map { "\(PageWords.duration($0.age)) ago" }
        ?? (tenant.snapshot == nil ? "–" : "never")
      reviewed = tenant.lastReview.map { PageTime($0.signedAt) }
      isNeeding = tenant.needsSomebody
      troubles = tenant.troubles.map {
        Trouble(
          label: $0.code.replacing("-", with: " "),
          lines: $0.sentence.split(separator: "\n").map { DisplayText.safe($0) })
      }
      time = tenant.snapshot.map { PageTime($0.completedAt) }
      ageText = tenant.snapshot.map { "\(PageWords.duration($0.age)) old" } ?? "none"
    }
  }

  /// Why a tenant needs somebody.
  struct Trouble: Sendable {
    let label: String
    let lines: [String]
  }

  let frame: PageFrame
  let summary: String
  let rows: [Row]

  init(_ frame: PageFrame, _ answer: OverviewAnswer) {
    self.frame = frame
    rows = answer.tenants.map(Row.init)
    let count = rows.count(where: \.isNeeding)
    let who = count == 0 ? "None" : PageWords.count(count)
    summary =
      "\(PageWords.count(rows.count, "tenant")). \(who) \(count > 1 ? "need" : "needs") somebody."
  }
}
