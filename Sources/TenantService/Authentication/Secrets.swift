internal import Crypto
internal import Foundation

/// Random tokens that nobody can guess, and proofs that one was issued here.
enum Secrets {
  /// 256 random bits of the system's generator, in base64url (RFC 4648, section 5).
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return text((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// The SHA-256 of a token: what is kept of a session's, so that what is kept reveals none.
  static func digest(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }

  /// The same as a text.
  static func digestText(_ token: String) -> String { text(digest(token)) }

  /// The proof that a token was issued by who has a secret.
  static func proof(of token: String, secret: [UInt8]) -> String {
    let key = SymmetricKey(data: secret)
    return text(Array(HMAC<SHA256>.authenticationCode(for: Data(token.utf8), using: key)))
  }

  /// True if two tokens are the same, in constant time.
  static func areEqual(_ one: String, _ other: String) -> Bool {
    zip(digest(one), digest(other)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }
}
