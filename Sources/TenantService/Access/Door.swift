internal import TenantConfig
internal import Authorization
internal import Crypto
internal import Foundation
internal import Hummingbird
internal import Logging
internal import PluginContract
internal import TenantCore
internal import Workbench

/// Who comes in (A3): by a sign-in to a page, by a session, by a token.
struct Door: Sendable {
  let sessions: Sessions
  let limits: SignInLimits
  let recorder: RefusalRecorder
  private let authenticator: Authenticator
  private let files: TenantFiles
  private let clock: ServiceClock
  private let logger: Logger
  /// What forms and browsers prove by that they were here; gone with the process.
  private let key = SymmetricKey(size: .bits256)

  init(_ workbench: Workbench, files: TenantFiles, clock: ServiceClock) {
    sessions = Sessions(clock: clock)
    limits = SignInLimits(clock: clock)
    recorder = RefusalRecorder(
      audit: workbench.refusalAudit, clock: clock, logger: workbench.logger)
    authenticator = Authenticator(
      directories: workbench.signIn, credentials: workbench.credentials)
    self.files = files
    self.clock = clock
    logger = workbench.logger
  }

  // MARK: - Pages

  /// The session of a request; nil if it has none that is still good.
  func session(of request: Request) -> (session: Session, word: String)? {
    guard let word = request.cookies[SessionCookies.session]?.value,
      let session = sessions.session(word)
    else { return nil }
    return (session, word)
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
  func signIn(
    tenant: String, login: String, password: String, request: Request, context: WebContext
  ) async -> SignIn {
    let subjects = subjects(tenant, login, request, context)
    if let wait = limits.begin(subjects) {
      recorder.record("sign-in (too many attempts)", tenant: tenant, address: context.address)
      return .tooMany(wait: wait)
    }
    let begin = clock.elapsed()
    do {
      if let actor = try await actor(tenant, login, password) {
        limits.forgive(subjects)
        if let old = session(of: request) { sessions.end(old.word) }
        logger.notice(
          "somebody signed in",
          metadata: [
            "tenant": "\(tenant)", "actor": "\(actor.userName)", "address": "\(context.address)",
          ])
        return .done(
          session: sessions.begin(actor, tenant: tenant), browser: browserWord(tenant, login))
      }
    } catch {
      limits.forgive(subjects)
      logger.error(
        "a sign-in could not be verified: \(error)", metadata: ["tenant": "\(tenant)"])
    }
    recorder.record("sign-in", tenant: tenant, address: context.address)
    await waitForTheNextStep(since: begin)
    return .refused
  }

  private func actor(_ tenant: String, _ login: String, _ password: String) async throws -> Actor? {
    guard let password = Password(password), !login.isEmpty else { return nil }
    let file = files.tenant(tenant)?.file
    return try await authenticator.actor(
      signingInTo: file?.tenant, policy: file?.access ?? AccessPolicy(), login: login,
      password: password)
  }

  /// Refusals come at full steps of time, so that how long one took tells nothing.
  private func waitForTheNextStep(since begin: Duration) async {
    let step = Duration.seconds(1)
    let spent = clock.elapsed() - begin
    let steps = (spent / step).rounded(.down) + 1
    try? await Task.sleep(for: step * steps - spent)
  }

  // MARK: - Known browsers

  private func subjects(
    _ tenant: String, _ login: String, _ request: Request, _ context: WebContext
  ) -> [SignInLimits.Subject] {
    let login = String(CanonicalText.of(login).prefix(SignInAttempt.longestLogin))
    let tenant = String(tenant.prefix(64))
    let account: SignInLimits.Subject =
      if let word = knownBrowser(tenant, login, request) {
        .browser(tenant: tenant, login: login, digest: Secrets.digest(word))
      } else {
        .strangers(tenant: tenant, login: login)
      }
    return [.address(context.address), account]
  }

  /// The word that proves that the account signed in from a browser, and its proof.
  private func browserWord(_ tenant: String, _ login: String) -> String {
    let word = Secrets.random()
    return "\(word).\(browserProof(word, tenant, CanonicalText.of(login)))"
  }

  private func knownBrowser(_ tenant: String, _ login: String, _ request: Request) -> String? {
    let parts = request.cookies[SessionCookies.browser]?.value.split(separator: ".") ?? []
    guard parts.count == 2,
      Secrets.areEqual(String(parts[1]), browserProof(String(parts[0]), tenant, login))
    else { return nil }
    return String(parts[0])
  }

  private func browserProof(_ word: String, _ tenant: String, _ login: String) -> String {
    Secrets.proof(of: "browser\n\(word)\n\(tenant)\n\(login)", key: key)
  }

  // MARK: - API

  /// Who comes with a token.
  ///
  /// - Throws: ``WebFailure``: the same for no token, a wrong one and one that has expired.
  func bearer(of request: Request, tenant: String, _ context: WebContext) async throws -> Actor {
    let refused = WebFailure(.unauthorized, "a valid token for this tenant is needed")
    let words = request.headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
    guard words.count == 2, words[0].lowercased() == "bearer", words[1].utf8.count <= 256,
      let actor = try await authenticator.actor(
        withToken: String(words[1]), of: tenant, at: clock.date())
    else {
      recorder.record("API", tenant: tenant, address: context.address)
      throw refused
    }
    return actor
  }
}
