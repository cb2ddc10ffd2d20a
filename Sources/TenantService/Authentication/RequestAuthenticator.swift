internal import Administration
internal import Authorization
internal import Crypto
internal import Foundation
internal import Hummingbird
internal import Logging
internal import PluginContract
internal import TenantCore

/// Who comes in (A3): by a sign-in to a page, by a session, by a token.
struct RequestAuthenticator: Sendable {
  let sessions: Sessions
  let limits: SignInLimits
  let recorder: RefusalRecorder
  let events: EventRecorder
  let counts: ServiceCounts
  private let authenticator: Authenticator
  private let check: SessionCheck
  private let files: TenantFiles
  private let clock: ServiceClock
  private let logger: Logger
  /// What forms and browsers prove by that they were here; gone with the process.
  private let key = SymmetricKey(size: .bits256)

  /// - Parameters:
  ///   - authenticator: verifies passwords and tokens.
  ///   - audit: where it is written who was turned away.
  ///   - events: where it is written who came and left.
  ///   - counts: what monitoring is told.
  init(
    _ authenticator: Authenticator, audit: any RefusalAudit, events: any EventAudit,
    files: TenantFiles, clock: ServiceClock, counts: ServiceCounts = ServiceCounts(), logger: Logger
  ) {
    self.authenticator = authenticator
    self.files = files
    self.clock = clock
    self.logger = logger
    sessions = Sessions(clock: clock)
    limits = SignInLimits(clock: clock)
    recorder = RefusalRecorder(audit: audit, clock: clock, logger: logger)
    self.events = EventRecorder(audit: events, clock: clock, logger: logger)
    self.counts = counts
    check = SessionCheck(
      sessions: sessions, authenticator: authenticator, clock: clock, logger: logger)
  }

  // MARK: - Pages

  /// The session of a request for a tenant: that of somebody who signed in to it, else an operator's; nil if
  /// it has neither. Whether its person may still come is not asked.
  func session(of request: Request, tenant: String) -> RequestSession? {
    ownSession(of: request, tenant) ?? operatorSession(of: request)
  }

  /// An operator's session; nil if the request has none.
  func operatorSession(of request: Request) -> RequestSession? { ownSession(of: request, nil) }

  /// All sessions of a request, an operator's first.
  func sessions(of request: Request) -> [RequestSession] {
    SessionCookies.tenants(of: request).compactMap { ownSession(of: request, $0) }
  }

  private func ownSession(of request: Request, _ tenant: String?) -> RequestSession? {
    guard tenant.map(PlainName.isPlain) ?? true,
      let token = request.cookies[SessionCookies.session(of: tenant)]?.value,
      let session = sessions.session(token), session.tenant == tenant
    else { return nil }
    return RequestSession(session: session, token: token)
  }

  /// A session, once its person was found to be still welcome; nil if it has ended.
  ///
  /// - Parameter isChange: true to find that out at once.
  /// - Throws: ``WebFailure`` if it cannot be found out, and the last answer is too old for that.
  func checked(_ found: RequestSession, isChange: Bool) async throws -> Session? {
    guard let tenant = found.session.tenant else { return try await check.runOperator(found.token) }
    guard let file = files.tenant(tenant)?.file else { throw WebFailure.notFound }
    return try await check.run(found.token, file.tenant, file.access, isChange: isChange)
  }

  /// The proof that a sign-in form bears for a browser's word.
  func formProof(of word: String) -> String { Secrets.proof(of: "form\n" + word, key: key) }

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
  func signIn(
    tenant: String?, login: String, password: String, request: Request, context: WebContext
  ) async -> SignIn {
    let file = tenant.flatMap { files.tenant($0)?.file }
    let place = tenant ?? ""
    let subjects = subjects(place, login, file?.tenant.directories ?? [], request, context)
    if let wait = limits.begin(subjects) {
      counts.count(.tooMany)
      await recorder.record(
        "sign-in (too many attempts)", tenant: place, address: context.address, login: login)
      return .tooMany(wait: wait)
    }
    let begin = clock.elapsed()
    do {
      if let signedIn = try await signedIn(tenant, file, login, password) {
        limits.forgive(subjects)
        if let old = ownSession(of: request, tenant) { sessions.end(old.token) }
        logger.notice(
          "somebody signed in",
          metadata: [
            "tenant": "\(tenant ?? "(all)")", "actor": "\(signedIn.actor.userName)",
            "address": "\(context.address)",
          ])
        counts.count(.done)
        await events.record(
          .signIn, signedIn.actor, tenant: tenant, address: context.address, login: login)
        return .done(
          session: sessions.begin(signedIn, tenant: tenant),
          browser: browserWord(place, SignInAccount(signedIn)))
      }
    } catch {
      // A directory that was sent the password may have counted it, whatever became of the answer.
      if error is PasswordNotSent { limits.forgive(subjects) }
      logger.error(
        "a sign-in could not be verified: \(error)", metadata: ["tenant": "\(place)"])
    }
    counts.count(.refused)
    await recorder.record("sign-in", tenant: place, address: context.address, login: login)
    await waitForTheNextStep(since: begin)
    return .refused
  }

  private func signedIn(
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

  // MARK: - Known browsers

  /// What an attempt is counted for: the network, and each account that the login may mean, however it is
  /// spelled. A known browser is counted for the accounts that it is known for, and for no other.
  private func subjects(
    _ tenant: String, _ login: String, _ directories: [Directory], _ request: Request,
    _ context: WebContext
  ) -> [SignInLimits.Subject] {
    let tenant = tenant.utf8.count <= 64 ? tenant : ""
    let accounts = SignInAccount.possible(login, in: directories)
    let known = accounts.compactMap { account in
      knownBrowser(tenant, account, request).map { word in
        SignInLimits.Subject.browser(
          tenant: tenant, account: account.key, digest: Secrets.digest(word))
      }
    }
    let strangers = accounts.map {
      SignInLimits.Subject.strangers(tenant: tenant, account: $0.key)
    }
    return [.network(context.network)] + (known.isEmpty ? strangers : known)
  }

  /// The word that proves that the account signed in from a browser, and its proof.
  private func browserWord(_ tenant: String, _ account: SignInAccount) -> String {
    let word = Secrets.random()
    return "\(word).\(browserProof(word, tenant, account))"
  }

  private func knownBrowser(
    _ tenant: String, _ account: SignInAccount, _ request: Request
  ) -> String? {
    let parts = request.cookies[SessionCookies.browser]?.value.split(separator: ".") ?? []
    guard parts.count == 2,
      Secrets.areEqual(String(parts[1]), browserProof(String(parts[0]), tenant, account))
    else { return nil }
    return String(parts[0])
  }

  private func browserProof(_ word: String, _ tenant: String, _ account: SignInAccount) -> String {
    Secrets.proof(of: "browser\n\(word)\n\(tenant)\n\(account.key)", key: key)
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

/// A session with the token by which the request came with it.
struct RequestSession: Sendable {
  let session: Session
  let token: String
}
