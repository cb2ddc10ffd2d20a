/// Makes foreign text harmless on a terminal, and measures it.
package enum DisplayText {
  /// The text with control characters, line breaks and direction overrides shown as `\u{…}`: a
  /// value of a directory can neither move the cursor nor turn a line around.
  package static func safe(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return String(text) }
    var safe = ""
    for scalar in text.unicodeScalars {
      if isHarmful(scalar) {
        safe += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  /// True for what moves a terminal's cursor or turns a line around.
  package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
    case .format: scalar.value != 0x200D && scalar.value != 0xAD
    default: false
    }
  }

  /// How many columns a terminal gives the text: two for wide characters, none for combining ones.
  package static func width(_ text: some StringProtocol) -> Int {
    let utf8 = text.utf8
    // Printable ASCII is one column a byte; CR LF would be one character, so control bytes are not.
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    return isWide(scalar.value) || scalar.properties.isEmojiPresentation ? 2 : 1
  }

  /// East Asian Wide and Fullwidth, by block (Unicode Standard Annex 11).
  private static func isWide(_ value: UInt32) -> Bool {
    let blocks: [ClosedRange<UInt32>] = [
      0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]
    return blocks.contains { $0.contains(value) }
  }

  /// The text cut to a number of columns, with `…` where something is missing.
  package static func cut(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    var kept = ""
    var used = 0
    for character in text {
      let width = width(character)
      guard used + width < columns else { break }
      kept.append(character)
      used += width
    }
    return kept + (columns > 0 ? "…" : "")
  }
}
