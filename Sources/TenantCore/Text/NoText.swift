internal import PluginContract

/// A part of a file is no text in UTF-8; what it is and where, only a look at the whole file tells.
struct NoText: Error {
  /// Checks a part that ends where a character does.
  static func check(_ text: Span<UInt8>) throws(NoText) {
    var high: UInt64 = 0
    var zeros: UInt64 = 0
    var offset = 0
    while offset + 8 <= text.count {
      let word = ASCIIText.word(text, at: offset)
      high |= word
      zeros |= ASCIIText.marks(of: 0, in: word)
      offset += 8
    }
    while offset < text.count {
      high |= UInt64(text[offset])
      if text[offset] == 0 { zeros = 1 }
      offset += 1
    }
    guard zeros == 0 else { throw NoText() }
    guard high & 0x8080_8080_8080_8080 != 0 else { return }
    do { _ = try UTF8Span(validating: text) } catch { throw NoText() }
  }
}
