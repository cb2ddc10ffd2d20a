import TenantCore

/// A search as an `ldapsearch` line, to paste into a shell; it names the place of the secret, never
/// the secret.
struct SearchCommand: CustomStringConvertible {
  var settings: LDAPSettings
  var server: LDAPServer
  var request: SearchRequest

  var description: String {
    (environment + ["ldapsearch", "-LLL", "-H", Self.quoted(server.uri)] + security + signIn
      + ["-b", Self.quoted(request.base), "-s", request.scope.rawValue] + paging
      + [Self.quoted(request.filter)] + request.attributes.map(Self.quoted))
      .joined(separator: " ")
  }

  private var environment: [String] {
    var words = settings.caCertificate.map { ["LDAPTLS_CACERT=" + Self.quoted($0)] } ?? []
    if case .gssapi(let keytab?, _) = settings.bind {
      words.append("KRB5_CLIENT_KTNAME=" + Self.quoted(keytab))
    }
    return words
  }

  private var security: [String] { settings.security == .starttls ? ["-ZZ"] : [] }

  private var signIn: [String] {
    switch settings.bind {
    case .simple(let user, .file(let path)):
      ["-x", "-D", Self.quoted(user), "-y", Self.quoted(path)]
    case .simple(let user, _): ["-x", "-D", Self.quoted(user), "-W"]
    case .gssapi:
      ["-Y", "GSSAPI", "-N"]
        + (LDAPBinder.saslProperties(of: settings.security).map { ["-O", $0] } ?? [])
    }
  }

  private var paging: [String] { request.pageSize.map { ["-E", "pr=\($0)/noprompt"] } ?? [] }

  /// A word as the shell takes it.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "-_./:,=@+;".utf8.contains(byte)
    }
    guard !isPlain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
