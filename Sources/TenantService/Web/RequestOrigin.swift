internal import Foundation
internal import HTTPTypes
internal import Hummingbird

extension Request {
  /// False if the browser says that the form was on another site's page.
  ///
  /// What it says stands beside the proof that each form bears: a proof that leaked is of no use to another
  /// site. `Sec-Fetch-Site` (Fetch Metadata) is asked first, since a proxy in between changes nothing in it;
  /// `Origin` (RFC 6454) is compared with the host that was asked, and with the scheme if it is known to be
  /// `https`. A client that sends neither is no browser.
  func isOfOwnOrigin(_ context: WebContext) -> Bool {
    if let site = headers[.named("Sec-Fetch-Site")] {
      return site == "same-origin" || site == "none"
    }
    guard let origin = headers[.origin] else { return true }
    guard let authority = head.authority, let scheme = origin.range(of: "://") else {
      return false
    }
    guard !context.isSecure || origin[..<scheme.lowerBound].lowercased() == "https" else {
      return false
    }
    return origin[scheme.upperBound...].lowercased() == authority.lowercased()
  }
}
