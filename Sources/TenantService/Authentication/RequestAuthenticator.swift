internal import Administration
internal import Authorization
internal import Foundation
internal import Hummingbird
internal import Logging
internal import PluginContract
internal import TenantCore

/// Who comes in (A3): by a sign-in to a page, by a session, by a token.
struct RequestAuthenticator: Sendable {
  let sessions: Sessions
  let recorder: RefusalRecorder
  let events: EventRecorder
  let counts: ServiceCounts
  private let authenticator: Authenticator
  private let check: SessionCheck
  private let ports: SignInPorts
  private let files: TenantFiles
  private let clock: ServiceClock
  private let logger: Logger

  /// - Parameters:
  ///   - authenticator: verifies passwords and tokens.
  ///   - ports: keeps what is known of those who sign in.
  ///   - audit: where it is written who was turned away.
  ///   - events: where it is written who came and left.
  ///   - counts: what monitoring is told.
  init(
    _ authenticator: Authenticator, ports: SignInPorts, audit: any RefusalAudit,
    events: any EventAudit, files: TenantFiles, clock: ServiceClock,
    counts: ServiceCounts = ServiceCounts(), logger: Logger
  ) {
    self.authenticator = authenticator
    self.ports = ports
    self.files = files
    self.clock = clock
    self.logger = logger
    sessions = Sessions(ports.sessions)
    recorder = RefusalRecorder(audit: audit, clock: clock, logger: logger)
    self.events = EventRecorder(audit: events, clock: clock, logger: logger)
    self.counts = counts
    check = SessionCheck(
      sessions: sessions, authenticator: authenticator, clock: clock, logger: logger)
  }

  // MARK: - Pages

  /// The session of a request for a tenant: that of somebody who signed in to it, else an operator's; nil if
  /// it has neither. Whether its person may still come is not asked.
  func session(of request: Request, tenant: String) async throws -> Session? {
    if let own = try await ownSession(of: request, tenant) { return own }
    return try await ownSession(of: request, nil)
  }

  /// All sessions of a request, an operator's first.
  func sessions(of request: Request) async throws -> [Session] {
    var found: [Session] = []
    for tenant in SessionCookies.tenants(of: request) {
      if let session = try await ownSession(of: request, tenant) { found.append(session) }
    }
    return found
  }

  private func ownSession(of request: Request, _ tenant: String?) async throws -> Session? {
    guard tenant.map(PlainName.isPlain) ?? true,
      let token = request.cookies[SessionCookies.session(of: tenant)]?.value
    else { return nil }
    return try await sessions.session(token, of: tenant)
  }

  /// A session, once its person was found to be still welcome; nil if it has ended.
  ///
  /// - Parameter isChange: true to find that out at once.
  /// - Throws: ``WebFailure`` if it cannot be found out, and the last answer is too old for that.
  func checked(_ found: Session, isChange: Bool) async throws -> Session? {
    guard let tenant = found.tenant else { return try await check.runOperator(found) }
    guard let file = files.tenant(tenant)?.file else { throw WebFailure.notFound }
    return try await check.run(found, file.tenant, file.access, isChange: isChange)
  }

  /// The proof that a sign-in form bears for a browser's word.
  func formProof(of word: String) async throws -> String {
    Secrets.proof(of: "form\n" + word, secret: try await ports.secret.serviceSecret())
  }

  /// How a sign-in ended.
  enum SignIn {
    /// The words for the cookies.
    case done(session: String, browser: String)
    case refused
    case tooMany(wait: Duration)
  }

  /// Signs in.
  ///
  /// Whatever is wrong, the tenant, the login or the password, the answer is the same and takes as
  /// long; so does a directory that cannot be asked, which the log tells of.
  ///
  /// - Parameter tenant: nil to sign in as an operator.
  /// - Throws: if what is kept of those who sign in cannot be reached; then nobody is told that a password is
  ///   wrong.
  func signIn(
    tenant: String?, login: String, password: String, request: Request, context: WebContext
  ) async throws -> SignIn {
    let file = tenant.flatMap { files.tenant($0)?.file }
    let place = tenant ?? ""
    let secret = try await ports.secret.serviceSecret()
    let subjects = subjects(
      KnownBrowser(place, request, secret: secret), login, file?.tenant.directories ?? [], context)
    if let wait = try await ports.attempts.begin(subjects) {
      counts.count(.tooMany)
      await recorder.record(
        "sign-in (too many attempts)", tenant: place, address: context.address, login: login)
      return .tooMany(wait: wait)
    }
    let start = clock.elapsed()
    if let signedIn = try await signedIn(tenant, file, login, password, subjects) {
      let session = try await begin(signedIn, tenant, request)
      counts.count(.done)
      logger.notice(
        "somebody signed in",
        metadata: [
          "tenant": "\(tenant ?? "(all)")", "actor": "\(signedIn.actor.userName)",
          "address": "\(context.address)",
        ])
      await events.record(
        .signIn, signedIn.actor, tenant: tenant, address: context.address, login: login)
      return .done(
        session: session,
        browser: KnownBrowser.word(place, SignInAccount(signedIn), secret: secret))
    }
    counts.count(.refused)
    await recorder.record("sign-in", tenant: place, address: context.address, login: login)
    await waitForTheNextStep(since: start)
    return .refused
  }

  private func begin(
    _ signedIn: SignedIn, _ tenant: String?, _ request: Request
  ) async throws -> String {
    if let old = try await ownSession(of: request, tenant) { try await sessions.end(old) }
    return try await sessions.begin(signedIn, tenant: tenant)
  }

  /// Who signs in; nil for nobody, and if a directory could not be asked. An attempt that does not count is
  /// forgiven.
  private func signedIn(
    _ tenant: String?, _ file: TenantFile?, _ login: String, _ password: String,
    _ subjects: [SignInSubject]
  ) async throws -> SignedIn? {
    do {
      guard let signedIn = try await verified(tenant, file, login, password) else { return nil }
      try await ports.attempts.forgive(subjects)
      return signedIn
    } catch {
      // A directory that was sent the password may have counted it, whatever became of the answer.
      let unsent = error as? PasswordNotSent
      if unsent != nil { try await ports.attempts.forgive(subjects) }
      logger.error(
        "a sign-in could not be verified: \(error)", metadata: ["tenant": "\(tenant ?? "")"])
      let cause = unsent?.cause ?? error
      if let trouble = StorageTrouble(cause), trouble.isOfDatabase { throw cause }
      return nil
    }
  }

  private func verified(
    _ tenant: String?, _ file: TenantFile?, _ login: String, _ password: String
  ) async throws -> SignedIn? {
    guard let password = Password(password), !login.isEmpty else { return nil }
    guard tenant != nil else {
      return try await authenticator.signIn(
        operator: login, policies: files.policies, password: password)
    }
    return try await authenticator.signIn(
      to: file?.tenant, policy: file?.access ?? AccessPolicy(), login: login, password: password)
  }

  /// Refusals come at full steps of time, so that how long one took tells nothing.
  private func waitForTheNextStep(since begin: Duration) async {
    let step = Duration.seconds(1)
    let spent = clock.elapsed() - begin
    let steps = (spent / step).rounded(.down) + 1
    try? await Task.sleep(for: step * steps - spent)
  }

  // MARK: - Attempts

  /// What an attempt is counted for: the network, and each account that the login may mean, however it is
  /// spelled. A known browser is counted for the accounts that it is known for, and for no other.
  private func subjects(
    _ browser: KnownBrowser, _ login: String, _ directories: [Directory], _ context: WebContext
  ) -> [SignInSubject] {
    let accounts = SignInAccount.possible(login, in: directories)
    let known = accounts.compactMap(browser.subject)
    let strangers = accounts.map {
      SignInSubject.strangers(tenant: browser.tenant, account: $0.key)
    }
    return [.network(context.network)] + (known.isEmpty ? strangers : known)
  }

  // MARK: - API

  /// Who comes with a token: one of the tenant, or an operator's.
  ///
  /// - Parameter tenant: nil if the call is about all tenants of whoever comes.
  /// - Throws: ``WebFailure``: the same for no token, a wrong one and one that has expired.
  func bearer(of request: Request, tenant: String?, _ context: WebContext) async throws -> Actor {
    let refused = WebFailure(.unauthorized, "a valid token for this tenant is required")
    let words = request.headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
    guard words.count == 2, words[0].lowercased() == "bearer", words[1].utf8.count <= 256,
      let actor = try await actor(withToken: String(words[1]), of: tenant)
    else {
      counts.countRefusedToken()
      await recorder.record("API", tenant: tenant ?? "", address: context.address)
      throw refused
    }
    return actor
  }

  private func actor(withToken secret: String, of tenant: String?) async throws -> Actor? {
    guard let tenant else {
      return try await authenticator.actor(
        withToken: secret, ofAnyOf: files.names, at: clock.date())
    }
    return try await authenticator.actor(withToken: secret, of: tenant, at: clock.date())
  }
}
