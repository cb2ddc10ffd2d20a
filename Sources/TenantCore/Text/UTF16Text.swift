/// UTF-16 as PowerShell 5, `csvde -u` and `ldifde -u` write it.
struct UTF16Text {
  let bytes: [UInt8]
  let isLittleEndian: Bool

  /// The text in UTF-8.
  ///
  /// - Throws: ``TextError`` for half a character, and for what is no character at all: a file that
  ///   was cut off, or joined from files of two encodings.
  func utf8() throws(TextError) -> [UInt8] {
    var text: [UInt8] = []
    // Room for what is mostly ASCII; more grows.
    text.reserveCapacity(bytes.count / 2 + bytes.count / 16)
    var index = 0
    while index + 1 < bytes.count {
      let unit = unit(at: index)
      index += 2
      if unit < 0x80 {
        text.append(UInt8(truncatingIfNeeded: unit))
        continue
      }
      guard let scalar = scalar(from: unit, next: &index) else {
        throw failure("this is not valid UTF-16, though the file begins as UTF-16", text)
      }
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    guard index == bytes.count else {
      throw failure("the file ends within a character of UTF-16: it was cut off", text)
    }
    return text
  }

  private func unit(at index: Int) -> UInt16 {
    let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
    return isLittleEndian ? second << 8 | first : first << 8 | second
  }

  /// The character that begins with a unit; nil for half of one, and for U+FFFE, which is the byte
  /// order mark of a file in the other order.
  private func scalar(from unit: UInt16, next index: inout Int) -> Unicode.Scalar? {
    guard UTF16.isLeadSurrogate(unit) else { return unit == 0xFFFE ? nil : Unicode.Scalar(unit) }
    guard index + 1 < bytes.count else { return nil }
    let trail = self.unit(at: index)
    guard UTF16.isTrailSurrogate(trail) else { return nil }
    index += 2
    return Unicode.Scalar(0x10000 + UInt32(unit & 0x3FF) << 10 + UInt32(trail & 0x3FF))
  }

  private func failure(_ message: String, _ before: [UInt8]) -> TextError {
    TextError(line: TextFile.line(of: before.count, in: before), message: message)
  }
}
