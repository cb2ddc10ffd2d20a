internal import PluginContract

/// The text form of a GUID, from bytes and to bytes: a directory has a million of them.
extension ObjectGUID {
  /// Where the two digits of each byte lie in the text, in the order of LDAP's bytes.
  private static let places = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34]
  /// Where the hyphens lie.
  private static let hyphens = [8, 13, 18, 23]
  private static let noDigit: UInt8 = 0xFF
  /// The number of each digit.
  private static let digits = (0...UInt8.max).map { Hex.value($0) ?? noDigit }

  /// Reads the text form as its bytes.
  package init?(text: ArraySlice<UInt8>) { self.init(text: text.span) }

  /// Reads the text form `9a3b….-….`, with or without braces, in any case.
  package init?(text: Span<UInt8>) {
    let hasBraces =
      text.count == 38 && text[0] == UInt8(ascii: "{") && text[37] == UInt8(ascii: "}")
    let start = hasBraces ? 1 : 0
    guard text.count - 2 * start == 36 else { return nil }
    for place in Self.hyphens where text[start + place] != UInt8(ascii: "-") { return nil }
    let digits = Self.digits.span
    var (high, low, all): (UInt64, UInt64, UInt8) = (0, 0, 0)
    for (index, place) in Self.places.enumerated() {
      let first = digits[Int(text[start + place])]
      let second = digits[Int(text[start + place + 1])]
      all |= first | second
      let byte = UInt64(first << 4 | second & 0xF)
      if index < 8 { high = high << 8 | byte } else { low = low << 8 | byte }
    }
    guard all & 0xF0 == 0, high != 0 || low != 0 else { return nil }
    (self.high, self.low) = (high, low)
  }

  /// Appends the text form, lower case, without braces.
  package func appendText(to output: inout [UInt8]) {
    let start = output.count
    output.append(contentsOf: repeatElement(UInt8(ascii: "-"), count: 36))
    var text = output.mutableSpan
    for (index, place) in Self.places.enumerated() {
      let shift = UInt64(56 - 8 * (index & 7))
      let byte = UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> shift)
      text[start + place] = Hex.digit(byte >> 4)
      text[start + place + 1] = Hex.digit(byte & 0xF)
    }
  }
}
