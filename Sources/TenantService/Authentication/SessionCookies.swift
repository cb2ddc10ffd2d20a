internal import Hummingbird

/// The cookies: none can be read by a script, none goes to another site or over a connection that others
/// can read.
enum SessionCookies {
  /// The word of a session.
  static let session = "tenantd-session"
  /// The word of a sign-in form.
  static let form = "tenantd-form"
  /// What proves that an account signed in from this browser.
  static let browser = "tenantd-browser"

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
  static var ended: Cookie { make(session, "", maxAge: 0) }
}
