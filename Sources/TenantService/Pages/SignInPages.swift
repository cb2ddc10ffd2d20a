internal import Authorization
internal import Hummingbird
internal import TenantCore

/// Sign-in and sign-out.
struct SignInPages: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    router.get("/") { request, _ -> Response in
      .redirect(to: try await pages.home(of: request) ?? "/sign-in", type: .normal)
    }
    router.get("/sign-in") { request, _ in
      let fields = FormFields(queryOf: request)
      return try await form(
        request, tenant: fields["tenant"], login: nil, next: fields["next"], failure: nil)
    }
    router.post("/sign-in") { request, context in try await signIn(request, context) }
    router.post("/sign-out") { request, context in try await signOut(request, context) }
  }

  /// Ends all sessions of the browser: who leaves a machine that others use leaves nothing behind.
  private func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
    let found = try await pages.authenticator.sessions(of: request)
    var response = Response.redirect(to: "/sign-in", type: .normal)
    guard !found.isEmpty else { return response }
    let form = try await request.form()
    guard request.isOfOwnOrigin(context), let proof = form["csrf"],
      found.contains(where: { Secrets.areEqual(proof, $0.formToken) })
    else {
      throw WebFailure(.forbidden, "the form is not from this session")
    }
    for session in found {
      try await pages.authenticator.sessions.end(session)
      await pages.authenticator.events.record(
        .signOut, session.actor, tenant: session.tenant, address: context.address)
      response.setCookie(SessionCookies.ended(session.tenant))
    }
    return response
  }

  private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
    let fields = try await request.form()
    let tenant = fields["tenant"]?.lowercased()
    let login = fields["login"] ?? ""
    func again(_ status: HTTPResponse.Status, _ failure: String) async throws -> Response {
      try await form(
        request, tenant: tenant, login: login, next: fields["next"], failure: failure,
        status: status)
    }
    guard request.isOfOwnOrigin(context),
      let formToken = request.cookies[SessionCookies.form]?.value,
      let proof = fields["csrf"],
      Secrets.areEqual(proof, try await pages.authenticator.formProof(of: formToken))
    else {
      return try await again(.forbidden, "The form was too old, or cookies are off. Try again.")
    }
    // As it was typed: blanks may be part of it.
    let password = fields.exact("password") ?? ""
    switch try await pages.authenticator.signIn(
      tenant: tenant, login: login, password: password, request: request, context: context)
    {
    case .done(let session, let browser):
      let next = fields["next"].flatMap { pages.isLocal($0, of: tenant) ? $0 : nil }
      var response = Response.redirect(
        to: next ?? PageAddresses.home(of: tenant), type: .normal)
      response.setCookie(SessionCookies.make(SessionCookies.session(of: tenant), session))
      response.setCookie(
        SessionCookies.make(SessionCookies.browser, browser, maxAge: 180 * 24 * 3600))
      return response
    case .refused:
      return try await again(
        .unauthorized,
        "Tenant, login or password is wrong, or the tenant's directory cannot be reached now.")
    case .tooMany(let wait):
      var response = try await again(
        .tooManyRequests,
        "Too many attempts. Try again in \(PageWords.duration(wait.components.seconds + 60)).")
      response.headers[.retryAfter] = "\(wait.components.seconds + 1)"
      return response
    }
  }

  private func form(
    _ request: Request, tenant: String?, login: String?, next: String?, failure: String?,
    status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let formToken = request.cookies[SessionCookies.form]?.value ?? Secrets.random()
    var frame = PageFrame("Sign in")
    frame.csrf = try await pages.authenticator.formProof(of: formToken)
    let values = SignInPageValues(
      frame: frame, signInTenant: String((tenant ?? "").prefix(64)),
      signInLogin: String((login ?? "").prefix(256)), next: String((next ?? "").prefix(4096)),
      failure: failure)
    var response = try pages.templates.answer(values, status: status)
    response.setCookie(SessionCookies.make(SessionCookies.form, formToken))
    return response
  }
}

/// What the page of the sign-in shows.
struct SignInPageValues: PageValues {
  static let template = "sign-in"

  let frame: PageFrame
  let signInTenant: String
  let signInLogin: String
  /// Where to go afterwards.
  let next: String
  /// Why the last attempt was in vain.
  let failure: String?
}
