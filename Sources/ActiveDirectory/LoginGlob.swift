import PluginContract

/// A pattern over logins (M13): `*` is any run of characters, `?` is one; case does not count.
struct LoginGlob: Sendable, Equatable {
  private let pattern: [UInt8]

  /// Takes a pattern as the tenant file has it.
  init(_ pattern: String) { self.pattern = Array(CanonicalText.of(pattern).utf8) }

  /// True if the pattern matches all of a login that is in canonical form already.
  ///
  /// On a mismatch only the latest `*` takes one character more, so the time is at most the product
  /// of the two lengths: no pattern makes it explode.
  func matches(canonical text: [UInt8]) -> Bool {
    var index = 0
    var offset = 0
    var star: (pattern: Int, text: Int)?
    while offset < text.count {
      if index < pattern.count, pattern[index] == UInt8(ascii: "*") {
        index += 1
        star = (index, offset)
      } else if index < pattern.count, pattern[index] == UInt8(ascii: "?") {
        index += 1
        offset = Self.endOfCharacter(in: text, at: offset)
      } else if index < pattern.count, pattern[index] == text[offset] {
        index += 1
        offset += 1
      } else if let last = star {
        let next = Self.endOfCharacter(in: text, at: last.text)
        star = (last.pattern, next)
        index = last.pattern
        offset = next
      } else {
        return false
      }
    }
    return pattern[index...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// The offset behind a character: UTF-8 continues with bytes `10xxxxxx`.
  private static func endOfCharacter(in text: [UInt8], at offset: Int) -> Int {
    var end = offset + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
