internal import Crypto
internal import Foundation

/// Random words that nobody guesses, and what proves that one was given out here.
enum Secrets {
  /// 256 random bits of the system's generator, in base64url (RFC 4648, section 5).
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return text((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// The SHA-256 of a word: what is kept of a session's, so that memory gives none away.
  static func digest(_ word: String) -> [UInt8] { Array(SHA256.hash(data: Data(word.utf8))) }

  /// What proves that a word was seen here.
  static func proof(of word: String, key: SymmetricKey) -> String {
    text(Array(HMAC<SHA256>.authenticationCode(for: Data(word.utf8), using: key)))
  }

  /// True if two words are the same; it takes as long if they differ.
  static func areEqual(_ one: String, _ other: String) -> Bool {
    zip(digest(one), digest(other)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }
}
