internal import Authorization
internal import Hummingbird
internal import Logging
internal import TenantCore

/// The pages: which address leads to which, and who may come there.
struct Pages: Sendable {
  let parts: ServiceParts
  let authenticator: RequestAuthenticator
  let templates: PageTemplates

  init(_ parts: ServiceParts, _ authenticator: RequestAuthenticator) throws {
    self.parts = parts
    self.authenticator = authenticator
    templates = try PageTemplates()
  }

  /// Puts all pages into a router.
  func add(to router: Router<WebContext>) {
    router.get("/assets/:name") { _, context in
      try PageAssets.answer(context.parameters.get("name") ?? "")
    }
    SignInPages(pages: self).add(to: router)
    SyncPages(pages: self).add(to: router)
    LinkPages(pages: self).add(to: router)
    ConfigurationPages(pages: self).add(to: router)
    UserPages(pages: self).add(to: router)
    HistoryPages(pages: self).add(to: router)
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
      try await handler(try await visit(request, context, action, isChange: false))
    }
  }

  /// What a form of a tenant does; one that does not bear the session's proof is refused.
  func form(
    _ router: Router<WebContext>, _ path: String, _ action: String,
    _ handler: @escaping @Sendable (PageVisit, FormFields) async throws -> Response
  ) {
    router.post(RouterPath("/tenants/:tenant" + path)) { request, context in
      let visit = try await visit(request, context, action, isChange: true)
      let form = try await request.form()
      guard request.isOfOwnOrigin(context), let proof = form["csrf"],
        Secrets.areEqual(proof, visit.session.formToken)
      else {
        await authenticator.recorder.record(
          "\(action) (form without proof)", tenant: visit.tenant.name, address: context.address,
          actor: visit.session.actor)
        throw WebFailure(
          .forbidden, "the form is not from this session; reload the page and try again")
      }
      return try await handler(visit, form)
    }
  }

  private func visit(
    _ request: Request, _ context: WebContext, _ action: String, isChange: Bool
  ) async throws -> PageVisit {
    let tenant = context.parameters.get("tenant") ?? ""
    let needed = SignInNeeded(
      tenant: tenant, next: request.method == .get ? request.uri.string : nil)
    guard let (session, sessionToken) = authenticator.session(of: request) else {
      await authenticator.recorder.record(action, tenant: tenant, address: context.address)
      throw needed
    }
    guard session.tenant == tenant else {
      await authenticator.recorder.record(
        action, tenant: tenant, address: context.address, actor: session.actor)
      throw WebFailure.notFound
    }
    guard let session = try await authenticator.checked(session, sessionToken, isChange: isChange)
    else {
      await authenticator.recorder.record(
        "\(action) (the session has ended)", tenant: tenant, address: context.address,
        actor: session.actor)
      throw needed
    }
    return PageVisit(
      authorized: try await authorize(session, sessionToken, action, else: needed),
      session: session, sessionToken: sessionToken,
      request: request, context: context, pages: self)
  }

  /// Somebody whose last role is gone is signed in no longer (A5).
  private func authorize(
    _ session: Session, _ sessionToken: String, _ action: String, else needed: SignInNeeded
  ) async throws -> AuthorizedTenant {
    do {
      return try await parts.authorize(session.actor, tenant: session.tenant, action: action)
    } catch let refused as PermissionRefused where refused.missing.isEmpty {
      authenticator.sessions.end(sessionToken)
      throw needed
    }
  }

  // MARK: - What pages have in common

  /// True for an address within a tenant's pages: no other place is gone to because a form says so.
  func isLocal(_ address: String, of tenant: String) -> Bool {
    address.hasPrefix("/tenants/\(tenant)/") && address.utf8.count <= 4096
      && !address.contains("..") && !address.contains("\\")
      && address.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// What becomes of an error: a page that says it, or the way to the sign-in.
  func answer(to error: any Error, _ request: Request, _ context: WebContext) throws -> Response {
    if let needed = error as? SignInNeeded {
      let query = FormFields.query([("tenant", needed.tenant), ("next", needed.next)])
      return .redirect(to: "/sign-in?\(query)", type: .normal)
    }
    let failure = WebFailure(error)
    if failure.status.code >= 500 { context.logger.error("\(error)") }
    var frame = PageFrame(failure.status.reasonPhrase)
    var backHref = "/"
    if let (session, _) = authenticator.session(of: request) {
      frame.csrf = session.formToken
      frame.person = DisplayText.safe(session.actor.userName)
      backHref = "/tenants/\(session.tenant)/\(PageSection.sync.path)"
    }
    let values = ErrorPageValues(
      frame: frame, status: "\(failure.status.code)", message: DisplayText.safe(failure.onPage),
      requestID: context.id, backHref: backHref)
    return try templates.answer(values, status: failure.status)
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
}

/// Nobody is signed in.
struct SignInNeeded: Error {
  let tenant: String
  /// Where to go afterwards.
  let next: String?
}
