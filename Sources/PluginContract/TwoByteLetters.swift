import Foundation

/// Folds the letters from U+0080 on that are two bytes before and after, in place: those of Europe's Latin,
/// Greek and Cyrillic alphabets, which names are full of.
enum TwoByteLetters {
  /// Folds what is beyond ASCII from an offset to the end.
  ///
  /// - Returns: false if something there is no such letter; what was folded before it stays so.
  static func fold(_ bytes: inout [UInt8], from start: Int) -> Bool {
    let table = folded.span
    var text = bytes.mutableSpan
    var offset = start
    while offset < text.count {
      let lead = text[offset]
      guard lead >= 0x80 else {
        offset += 1
        continue
      }
      guard 0xC2 <= lead, lead < 0xE0, offset + 1 < text.count, text[offset + 1] & 0xC0 == 0x80
      else { return false }
      let scalar = Int(lead & 0x1F) << 6 | Int(text[offset + 1] & 0x3F)
      guard scalar < table.count, table[scalar] != 0 else { return false }
      text[offset] = UInt8(table[scalar] >> 8)
      text[offset + 1] = UInt8(truncatingIfNeeded: table[scalar])
      offset += 2
    }
    return true
  }

  /// The two bytes of each letter's form, up to the end of the Cyrillic blocks; 0 for what is white space, is
  /// another number of bytes, or is composed with what stands around it.
  private static let folded: [UInt16] = (0..<0x530 as Range<UInt32>).map { value in
    guard value >= 0x80, let scalar = Unicode.Scalar(value) else { return 0 }
    let form = CanonicalText.folded(String(scalar))
    let bytes = Array(form.utf8)
    let isAlone = (form.unicodeScalars + [scalar]).allSatisfy {
      $0.properties.canonicalCombiningClass == .notReordered
        && String($0).precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([$0])
    }
    return bytes.count == 2 && isAlone ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
  }
}
