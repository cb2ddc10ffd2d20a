internal import Authorization
internal import Hummingbird
internal import Logging
internal import PluginContract
internal import TenantCore

/// The pages: which address leads to which, and who may come there.
struct Pages: Sendable {
  let parts: ServiceParts
  let authenticator: RequestAuthenticator
  let templates: PageTemplates

  init(
    _ parts: ServiceParts, _ authenticator: RequestAuthenticator, base: BasePath = BasePath()
  ) throws {
    self.parts = parts
    self.authenticator = authenticator
    templates = try PageTemplates(base: base)
  }

  /// Puts all pages into a router.
  func add(to router: Router<WebContext>) {
    router.get("/assets/:name") { _, context in
      try PageAssets.answer(context.parameters.get("name") ?? "")
    }
    SignInPages(pages: self).add(to: router)
    TenantsPage(pages: self).add(to: router)
    SyncPages(pages: self).add(to: router)
    LinkPages(pages: self).add(to: router)
    LinkSheetPages(pages: self).add(to: router)
    ReviewsPages(pages: self).add(to: router)
    DecidePages(pages: self).add(to: router)
    ConfigurationPages(pages: self).add(to: router)
    UserPages(pages: self).add(to: router)
    HistoryPages(pages: self).add(to: router)
    PreviewPages(pages: self).add(to: router)
    NearMissPages(pages: self).add(to: router)
    PartnerPages(pages: self).add(to: router)
    VanishedPages(pages: self).add(to: router)
  }

  // MARK: - Routes

  /// A page of a tenant.
  ///
  /// - Parameter action: the command's words, by which a refusal is found in the audit.
  func page(
    _ router: Router<WebContext>, _ path: String, _ action: String,
    _ handler: @escaping @Sendable (PageVisit) async throws -> Response
  ) {
    router.get(RouterPath("/tenants/:tenant" + path)) { request, context in
      let visit = try await visit(request, context, action, isChange: false)
      let response = try await handler(visit)
      await visit.telling.keep(visit)
      return response
    }
  }

  /// What a form of a tenant does; one that does not bear the session's proof is refused.
  func form(
    _ router: Router<WebContext>, _ path: String, _ action: String,
    upTo limit: Int = FormFields.maximumBytes,
    _ handler: @escaping @Sendable (PageVisit, FormFields) async throws -> Response
  ) {
    router.post(RouterPath("/tenants/:tenant" + path)) { request, context in
      let visit = try await visit(request, context, action, isChange: true)
      let form = try await request.form(upTo: limit)
      guard request.isOfOwnOrigin(context), let proof = form["csrf"],
        Secrets.areEqual(proof, visit.session.formToken)
      else {
        await authenticator.recorder.record(
          "\(action) (form without proof)", tenant: visit.tenant.name, address: context.address,
          actor: visit.session.actor)
        throw WebFailure(
          .forbidden, "the form is not from this session; reload the page and try again")
      }
      let response = try await handler(visit, form)
      await visit.telling.keep(visit)
      return response
    }
  }

  private func visit(
    _ request: Request, _ context: WebContext, _ action: String, isChange: Bool
  ) async throws -> PageVisit {
    let tenant = context.parameters.get("tenant") ?? ""
    guard let found = try await authenticator.session(of: request, tenant: tenant) else {
      let other = try await authenticator.sessions(of: request).first
      await authenticator.recorder.record(
        action, tenant: tenant, address: context.address, actor: other?.actor)
      // To what can be no tenant's name nobody can sign in.
      guard other == nil || PlainName.isPlain(tenant) else { throw WebFailure.notFound }
      throw SignInNeeded(request, tenant: tenant)
    }
    guard let session = try await authenticator.checked(found, isChange: isChange) else {
      await authenticator.recorder.record(
        "\(action) (the session has ended)", tenant: tenant, address: context.address,
        actor: found.actor)
      throw SignInNeeded(request, tenant: found.tenant)
    }
    let authorized = try await authorize(session, tenant, action, request, context)
    if session.tenant == nil {
      await authenticator.events.recordVisit(
        of: session.actor, session: session.token, tenant: tenant, address: context.address)
    }
    return PageVisit(
      authorized: authorized, session: session, request: request, context: context, pages: self)
  }

  /// Somebody whose last role is gone is signed in no longer (A5). An operator may have others, and is told
  /// the same of a tenant that gives none as of one that is not there.
  func authorize(
    _ session: Session, _ tenant: String, _ action: String, _ request: Request,
    _ context: WebContext
  ) async throws -> AuthorizedTenant {
    do {
      var authorized = try await parts.authorize(session.actor, tenant: tenant, action: action)
      authorized.isHeadOnly = request.method == .head
      return authorized
    } catch let refused as PermissionRefused where refused.missing.isEmpty {
      guard session.tenant != nil else { throw WebFailure.notFound }
      try await authenticator.sessions.end(session)
      throw SignInNeeded(request, tenant: tenant)
    } catch let failure as WebFailure where failure.status == .notFound {
      await authenticator.recorder.record(
        action, tenant: tenant, address: context.address, actor: session.actor)
      throw failure
    }
  }

  // MARK: - What pages have in common

  /// True for an address within a tenant's pages: no other place is gone to because a form says so.
  ///
  /// - Parameter tenant: nil for an operator, who may go to the pages of all tenants.
  func isLocal(_ address: String, of tenant: String?) -> Bool {
    let all = PageAddresses.allTenants
    let isBelow = address.hasPrefix(tenant.map { "\(all)/\($0)/" } ?? "\(all)/")
    // What is searched for may have points.
    return (isBelow || tenant == nil && address == all) && address.utf8.count <= 4096
      && !address.prefix { $0 != "?" }.contains("..") && !address.contains("\\")
      && address.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// Where somebody begins who is signed in; nil for nobody.
  func home(of request: Request) async throws -> String? {
    try await authenticator.sessions(of: request).first.map { PageAddresses.home(of: $0.tenant) }
  }

  /// What becomes of an error: a page that says it, or the way to the sign-in.
  func answer(
    to error: any Error, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    if let needed = error as? SignInNeeded {
      let query = FormFields.query([("tenant", needed.tenant), ("next", needed.next)])
      return .redirect(to: "/sign-in" + (query.isEmpty ? "" : "?\(query)"), type: .normal)
    }
    let failure = WebFailure(error)
    if failure.status.code >= 500 { context.logger.error("\(error)") }
    var frame = PageFrame(failure.status.reasonPhrase)
    let found = await session(near: request)
    if let found {
      frame.csrf = found.formToken
      frame.person = DisplayText.safe(found.actor.userName)
    }
    let isOperator = found != nil && found?.tenant == nil
    let values = ErrorPageValues(
      frame: frame, status: "\(failure.status.code)", message: DisplayText.safe(failure.onPage),
      requestID: context.id,
      backHref: found.map { PageAddresses.home(of: $0.tenant) } ?? "/",
      backLabel: isOperator ? "Back to Tenants" : "Back to Active Directory Sync")
    var response = try templates.answer(values, status: failure.status)
    response.headers[.retryAfter] = failure.retryAfter.map { "\($0)" }
    return response
  }

  /// The session for the address of a request, else any other; nil if there is none, or none can be found now.
  private func session(near request: Request) async -> Session? {
    let parts = request.uri.path.split(separator: "/")
    let tenant = parts.first == "tenants" && parts.count > 1 ? String(parts[1]) : ""
    do {
      if let found = try await authenticator.session(of: request, tenant: tenant) { return found }
      return try await authenticator.sessions(of: request).first
    } catch {
      return nil
    }
  }
}

/// What the page of an error shows.
struct ErrorPageValues: PageValues {
  static let template = "error"

  let frame: PageFrame
  let status: String
  let message: String
  let requestID: String
  let backHref: String
  let backLabel: String
}

/// Nobody is signed in.
struct SignInNeeded: Error {
  /// Nil for an operator.
  let tenant: String?
  /// Where to go afterwards.
  let next: String?

  /// The way back to what was asked for, unless it was a form.
  ///
  /// - Parameter tenant: of somebody of one tenant. A browser whose operator's session has ended is taken to
  ///   the sign-in of operators all the same.
  init(_ request: Request, tenant: String?) {
    let wasOperator =
      tenant.map { request.cookies[SessionCookies.session(of: $0)] == nil } ?? true
      && request.cookies[SessionCookies.operatorSession] != nil
    self.tenant = wasOperator ? nil : tenant
    next = request.method == .get ? request.uri.string : nil
  }
}
