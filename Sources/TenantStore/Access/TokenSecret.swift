internal import Foundation
internal import PluginContract

/// The secret of a token: `tct_` and 43 characters, base64url of 32 random bytes (RFC 4648, section 5).
///
/// Its SHA-256 alone is kept. A slow hash as for passwords is not needed: nobody guesses 256 bits.
struct TokenSecret {
  /// What is shown once, to the user who makes the token.
  let text: String

  /// Makes one from the system's generator, getrandom(2).
  init() {
    let bytes = Data(RandomBytes.make())
    text =
      Self.prefix
      + bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  /// Parses what a client presents; nil if it cannot be the secret of a token.
  init?(_ text: String) {
    let rest = text.utf8.dropFirst(Self.prefix.utf8.count)
    guard text.hasPrefix(Self.prefix), rest.count == 43,
      rest.allSatisfy({ UInt8.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F })
    else { return nil }
    self.text = text
  }

  /// What is kept.
  var sha256: [UInt8] { Sodium.sha256(Array(text.utf8)) }

  /// The same, in hexadecimal digits.
  var hexadecimalSHA256: String { Hex.text(sha256) }

  private static let prefix = "tct_"
}

extension UInt8 {
  /// True for the letters and digits of ASCII.
  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
