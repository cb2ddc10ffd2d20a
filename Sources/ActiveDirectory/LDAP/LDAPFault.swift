import CLDAP

/// An LDAP operation that did not end with result 0: what libldap or the server said.
struct LDAPFault: Error, Equatable {
  /// The result code: the server's (RFC 4511, appendix A) or, below zero, libldap's own.
  var code: Int32
  /// The server's or libldap's words; may be empty.
  var diagnostic: String
  /// The part of a missing name that exists.
  var matchedDN: String
  /// True if the server does not know any more where a read had come to.
  var isPlaceLost = false

  init(code: Int32, diagnostic: String = "", matchedDN: String = "") {
    self.code = code
    self.diagnostic = diagnostic
    self.matchedDN = matchedDN
  }

  /// The code's name and the words, for a message.
  var text: String {
    let name = unsafe String(cString: ldap_err2string(code))
    let words = diagnostic.trimmed
    return words.isEmpty || words == name ? name : "\(name): \(words)"
  }

  /// True if the same request may well succeed in a moment.
  var isTransient: Bool { code == LDAP_BUSY || code == LDAP_UNAVAILABLE }

  /// True if the connection or the server is gone, so that another host may do better.
  var isLoss: Bool {
    isTransient || isPlaceLost
      || [
        LDAP_SERVER_DOWN, LDAP_TIMEOUT, LDAP_CONNECT_ERROR, LDAP_DECODING_ERROR,
        LDAP_ENCODING_ERROR, LDAP_LOCAL_ERROR, LDAP_NO_MEMORY,
      ].contains(code)
  }

  /// More than is taken into memory.
  static func tooMuch(_ what: String, _ bytes: Int) -> LDAPFault {
    LDAPFault(
      code: LDAP_RESULTS_TOO_LARGE,
      diagnostic: "\(what) has more than \(bytes >> 20) MiB; lower 'pageSize', or check the server")
  }

  /// No answer in time.
  static func timeout(_ limit: Duration) -> LDAPFault {
    LDAPFault(code: LDAP_TIMEOUT, diagnostic: "no answer within \(limit.inSeconds)")
  }
}

extension Duration {
  /// As a tenant file writes it: `30 s`.
  var inSeconds: String {
    let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }

  /// Whole milliseconds, at least one.
  var milliseconds: Int {
    max(1, Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000))
  }
}

extension String {
  /// Without white space and NUL at its ends; Active Directory ends its words with NUL.
  var trimmed: String {
    func isBlank(_ character: Character) -> Bool { character.isWhitespace || character == "\0" }
    return String(
      drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
