internal import Administration
internal import Hummingbird

/// A browser that may show, by a cookie, that an account of a tenant signed in from it before.
struct KnownBrowser: Sendable {
  /// The tenant that was typed; empty for one that is too long to be one's name, and for operators.
  let tenant: String
  private let cookie: String
  private let secret: [UInt8]

  init(_ tenant: String, _ request: Request, secret: [UInt8]) {
    self.tenant = tenant.utf8.count <= 64 ? tenant : ""
    cookie = request.cookies[SessionCookies.browser]?.value ?? ""
    self.secret = secret
  }

  /// What attempts for an account are counted for; nil if the browser is not known for it.
  func subject(_ account: SignInAccount) -> SignInSubject? {
    let parts = cookie.split(separator: ".").map(String.init)
    guard parts.count == 2,
      Secrets.areEqual(parts[1], Self.proof(parts[0], tenant, account, secret: secret))
    else { return nil }
    return .browser(tenant: tenant, account: account.key, digest: Secrets.digest(parts[0]))
  }

  /// The cookie of a browser from which an account signed in: a word, and its proof.
  static func word(_ tenant: String, _ account: SignInAccount, secret: [UInt8]) -> String {
    let word = Secrets.random()
    return "\(word).\(proof(word, tenant, account, secret: secret))"
  }

  private static func proof(
    _ word: String, _ tenant: String, _ account: SignInAccount, secret: [UInt8]
  ) -> String {
    Secrets.proof(of: "browser\n\(word)\n\(tenant)\n\(account.key)", secret: secret)
  }
}
