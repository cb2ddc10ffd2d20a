internal import PluginContract

/// HTML as bytes, value by value, each escaped for where it stands.
///
/// No value ever stands in a script, a style sheet or an address.
struct HTMLBytes {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Appends HTML as it stands.
  mutating func raw(_ html: StaticString) {
    html.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Appends HTML as it stands.
  mutating func raw(_ html: [UInt8]) { bytes.append(contentsOf: html) }

  /// Appends text between tags.
  mutating func text(_ value: String) { text(Array(value.utf8)[...]) }

  /// Appends text between tags, invalid UTF-8 repaired, what cannot be seen made visible.
  mutating func text(_ value: ArraySlice<UInt8>) {
    append(value, special: Self.isMarkup | Self.isUnseen | Self.isNotASCII, hidden: Self.marked)
  }

  /// Appends text where no element may stand: in a quoted attribute or in `title`.
  mutating func plain(_ value: String) {
    append(Array(value.utf8)[...], special: .max, hidden: Self.bracketed)
  }

  /// Appends a number with a comma between thousands.
  mutating func number(_ value: Int) {
    let digits = Array(String(value).utf8)
    for (index, digit) in digits.enumerated() {
      let rest = digits.count - index
      if index > 0 && rest % 3 == 0 && digits[index - 1] != UInt8(ascii: "-") { raw(",") }
      bytes.append(digit)
    }
  }

  // MARK: - Escapes (HTML standard, 13.1.4)

  private static let isMarkup: UInt8 = 1
  private static let isQuote: UInt8 = 2
  private static let isUnseen: UInt8 = 4
  private static let isNotASCII: UInt8 = 8
  private static let traits: [UInt8] = (0...UInt8.max).map { byte in
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"): isMarkup
    case UInt8(ascii: "\""), UInt8(ascii: "'"): isQuote
    case ..<0x20, 0x7F: isUnseen
    case 0x80...: isNotASCII
    default: 0
    }
  }

  private static let marked: (StaticString, StaticString) = ("<i>", "</i>")
  private static let bracketed: (StaticString, StaticString) = ("[", "]")

  private mutating func append(
    _ value: ArraySlice<UInt8>, special: UInt8, hidden: (StaticString, StaticString)
  ) {
    var traits: UInt8 = 0
    for byte in value { traits |= Self.traits[Int(byte)] }
    guard traits & special != 0 else { return bytes.append(contentsOf: value) }
    for scalar in String(decoding: value, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "&": raw("&amp;")
      case "<": raw("&lt;")
      case ">": raw("&gt;")
      case "\"" where special & Self.isQuote != 0: raw("&quot;")
      case "'" where special & Self.isQuote != 0: raw("&#39;")
      case _ where Self.isUnseen(scalar): append(codeOf: scalar, hidden)
      default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
  }

  /// True for what a reader cannot see or what turns the direction of the text around it: control
  /// and format characters (general categories Cc and Cf, among them U+202A to 202E and U+2066 to
  /// 2069) and the line and paragraph separators. The joiners are part of ordinary words.
  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return traits[Int(scalar.value)] & isUnseen != 0 }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    case .format: return scalar != "\u{200C}" && scalar != "\u{200D}"
    default: return false
    }
  }

  private mutating func append(
    codeOf scalar: Unicode.Scalar, _ hidden: (StaticString, StaticString)
  ) {
    raw(hidden.0)
    bytes.append(contentsOf: Hex.codePoint(scalar).utf8)
    raw(hidden.1)
  }
}
