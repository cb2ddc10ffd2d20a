internal import Foundation

/// Where notifications are posted: over TLS, or to this machine.
package struct NotificationURL: Sendable, Equatable {
  let url: URL

  /// Reads a URL; nil unless it is https, or http to a loopback address, with a host and without
  /// a user's name or password, which would show in a list of processes.
  package init?(_ text: String) {
    guard let url = URL(string: text), let host = url.host(percentEncoded: false), !host.isEmpty,
      url.user == nil, url.password == nil
    else { return nil }
    switch url.scheme?.lowercased() {
    case "https": break
    case "http" where Loopback.isLoopback(host): break
    default: return nil
    }
    self.url = url
  }
}
