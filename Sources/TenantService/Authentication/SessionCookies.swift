internal import Hummingbird
internal import PluginContract

/// The cookies: none can be read by a script, none goes to another site or over a connection that others
/// can read.
///
/// Each tenant's session has a cookie of its own, so that tabs with several tenants do not end each other's.
enum SessionCookies {
  /// The token of a sign-in form.
  static let form = "tenantd-form"
  /// What proves that an account signed in from this browser.
  static let browser = "tenantd-browser"
  /// The token of an operator's session, which is of no tenant.
  static let operatorSession = "tenantd-operator"

  private static let tenantPrefix = "tenantd-session-"
  /// The most sessions of one browser that are looked at.
  private static let mostSessions = 50

  /// The name of the cookie with the token of a session.
  ///
  /// - Parameter tenant: whose it is; nil for an operator's.
  static func session(of tenant: String?) -> String {
    tenant.map { tenantPrefix + $0 } ?? operatorSession
  }

  /// The tenants of whose sessions a request has cookies, nil for an operator's, which is the first; the
  /// tokens may be of sessions that have ended.
  static func tenants(of request: Request) -> [String?] {
    let fields = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
    let names = fields.compactMap { field in
      field.split(separator: "=", maxSplits: 1).first.map { $0.drop { $0 == " " } }
    }
    let tenants = names.filter { $0.hasPrefix(tenantPrefix) }
      .map { String($0.dropFirst(tenantPrefix.count)) }.filter(PlainName.isPlain)
    let own: [String?] = names.contains { $0 == operatorSession } ? [nil] : []
    return own + tenants.prefix(mostSessions).map(Optional.some)
  }

  /// A cookie.
  ///
  /// - Parameter maxAge: seconds; nil: until the browser is closed.
  static func make(_ name: String, _ value: String, maxAge: Int? = nil) -> Cookie {
    // Also without TLS here: a browser takes 127.0.0.1 for secure, and the proxy in front speaks TLS.
    Cookie(
      name: name, value: value, maxAge: maxAge, path: "/", secure: true, httpOnly: true,
      sameSite: .strict)
  }

  /// Ends a session in the browser.
  static func ended(_ tenant: String?) -> Cookie { make(session(of: tenant), "", maxAge: 0) }
}
