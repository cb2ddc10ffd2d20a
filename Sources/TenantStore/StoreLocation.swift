internal import CPQ
internal import Foundation
internal import OperatingSystem

/// Where an installation keeps what its hosts share: in its state folder, or in a PostgreSQL.
///
/// `sqlite:DIR` is a state folder; `postgresql://…` is libpq's own form, which libpq reads
/// (https://www.postgresql.org/docs/15/libpq-connect.html#id-1.7.3.8.3.6), so that what is checked here is what it
/// will do. What a URL must not say is refused before anything is connected to.
package enum StoreLocation: Sendable, Hashable, CustomStringConvertible {
  case folder(path: String)
  case server(StoreServer)

  /// The forms that there are, for messages.
  package static let forms = "sqlite:DIR and postgresql://HOST/DATABASE"

  /// Reads a URL.
  ///
  /// - Parameters:
  ///   - passwordFile: where the password of a server is.
  ///   - environment: the process's, where libpq looks for what the URL leaves out.
  /// - Throws: ``StoreError`` with code `usage`, without a secret.
  package init(
    _ text: String, passwordFile: String? = nil, environment: [String: String]
  ) throws {
    guard let scheme = Self.scheme(of: text) else {
      throw StoreError(
        .usage, "a store is named by a URL; the forms are \(Self.forms)")
    }
    switch scheme {
    case "sqlite":
      guard passwordFile == nil else {
        throw StoreError(.usage, "a store of the form sqlite:DIR has no password; leave it out")
      }
      let path = text.dropFirst("sqlite:".count)
      guard !path.isEmpty else {
        throw StoreError(.usage, "'sqlite:' names no folder; write sqlite:DIR")
      }
      self = .folder(path: String(path))
    case "postgresql", "postgres":
      let url = try ServerURL(text, environment: environment)
      self = .server(StoreServer(conninfo: url.completed, passwordFile: passwordFile))
    default:
      throw StoreError(
        .usage, "there is no kind of store named '\(scheme)'; the forms are \(Self.forms)")
    }
  }

  /// A server whose password is in this file unless another is named.
  package func withUsualPasswordFile(_ path: String?) -> StoreLocation {
    guard case .server(let server) = self, server.passwordFile == nil else { return self }
    return .server(StoreServer(conninfo: server.conninfo, passwordFile: path))
  }

  package var description: String {
    switch self {
    case .folder(let path): "sqlite:\(path)"
    case .server(let server): server.description
    }
  }

  /// What stands before the first colon, if it can be a scheme (RFC 3986, 3.1).
  private static func scheme(of text: String) -> String? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let scheme = text[..<colon]
    let isScheme =
      scheme.first?.isLetter == true
      && scheme.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "+-.".utf8.contains(byte)
        }
      }
    return isScheme ? scheme.lowercased() : nil
  }
}

/// A URL of a PostgreSQL: what may stand in it, and what is added to it.
private struct ServerURL {
  private let text: String
  private let options: ConnectionOptions
  private let hosts: ServerHosts

  init(_ text: String, environment: [String: String]) throws {
    self.text = text
    options = try ConnectionOptions(text)
    try options.refuseSecrets()
    hosts = ServerHosts(options, environment)
    try refuseWeakTLS()
  }

  /// The URL with what makes it safe: libpq's own `prefer` would take an unencrypted connection.
  var completed: String {
    var added: [String] = []
    if options["sslmode"] == nil, hosts.firstFar != nil { added.append("sslmode=verify-full") }
    if options["target_session_attrs"] == nil, hosts.isSeveral {
      // Of several hosts one is written to; libpq would take the first that answers.
      added.append("target_session_attrs=read-write")
    }
    guard !added.isEmpty else { return text }
    let separator =
      !text.contains("?") ? "?" : text.hasSuffix("?") || text.hasSuffix("&") ? "" : "&"
    return text + separator + added.joined(separator: "&")
  }

  private static let modes = [
    "disable", "allow", "prefer", "require", "verify-ca", "verify-full",
  ]

  /// Passwords and people's data go over the network to no other machine whose name was not verified.
  private func refuseWeakTLS() throws {
    guard let mode = options["sslmode"] else { return }
    guard Self.modes.contains(mode) else {
      throw StoreError(
        .usage,
        "there is no sslmode '\(mode)'; known are \(Self.modes.joined(separator: ", "))")
    }
    guard mode != "verify-full", let host = hosts.firstFar else { return }
    throw StoreError(
      .usage,
      "'sslmode=\(mode)' is allowed for sockets, 127.0.0.0/8, ::1 and localhost only, not for \(host); "
        + "use sslmode=verify-full, or leave it out, which means the same")
  }
}

/// The hosts that libpq would connect to.
private struct ServerHosts {
  /// Words for the first that is neither a socket nor a loopback address; nil if none is.
  let firstFar: String?
  let isSeveral: Bool

  /// libpq takes from the environment what the URL leaves out, or from a service of its file, which may name any
  /// host. Where there is an address, it connects to that, and takes the name for TLS.
  init(_ options: ConnectionOptions, _ environment: [String: String]) {
    let service = options["service"] ?? environment["PGSERVICE"]
    func list(_ name: String, _ variable: String) -> [String] {
      let value = options[name] ?? (service == nil ? environment[variable] : nil) ?? ""
      return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let (names, addresses) = (list("host", "PGHOST"), list("hostaddr", "PGHOSTADDR"))
    let hosts = (0..<max(names.count, addresses.count)).map { index in
      let address = index < addresses.count ? addresses[index] : ""
      return address.isEmpty && index < names.count ? names[index] : address
    }
    isSeveral = hosts.count > 1
    let far = hosts.first { !Self.isNear($0) }.map { "'\($0)'" }
    let isOpen = service != nil && options["hostaddr"] == nil
    firstFar = far ?? (isOpen ? service.map { "the hosts that service '\($0)' may name" } : nil)
  }

  /// True for a socket's folder, an abstract socket, nothing, which is the usual socket, and the loopback of this machine.
  private static func isNear(_ host: String) -> Bool {
    if host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") { return true }
    return HostAddress.isLoopback(host)
  }
}

/// What libpq reads in a URL.
private struct ConnectionOptions {
  private let values: [String: String]

  subscript(_ name: String) -> String? { values[name] }

  init(_ text: String) throws {
    var message: UnsafeMutablePointer<CChar>?
    let options = unsafe PQconninfoParse(text, &message)
    defer {
      unsafe PQconninfoFree(options)
      if let message = unsafe message { unsafe PQfreemem(message) }
    }
    guard var option = unsafe options else {
      // libpq's message repeats the URL, which may hold a password just because it cannot be read.
      let isPlain = !text.contains("@") && !text.lowercased().contains("password")
      let words = unsafe message.map { unsafe String(cString: $0) } ?? "no memory"
      let what = isPlain ? ": " + words.trimmingCharacters(in: .whitespacesAndNewlines) : ""
      throw StoreError(
        .usage,
        "the store's URL cannot be read\(what); it has the form "
          + "postgresql://USER@HOST,HOST/DATABASE?NAME=VALUE&NAME=VALUE, with %20 for a blank")
    }
    var values: [String: String] = [:]
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        unsafe values[String(cString: keyword)] = unsafe String(cString: value)
      }
      unsafe option += 1
    }
    self.values = values
  }

  /// A URL is seen by everybody who lists processes, and stands in the shell's history.
  func refuseSecrets() throws {
    for name in ["password", "sslpassword"] where values[name] != nil {
      throw StoreError(
        .usage,
        "the store's URL holds a password, which others can see in the list of processes; change it, "
          + "take it out, and put it into a file of mode 0600: libpq's own (PGPASSFILE, a service "
          + "file), or the store's password file")
    }
  }
}
