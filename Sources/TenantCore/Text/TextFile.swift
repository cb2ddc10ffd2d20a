/// What is wrong with a file of text, and where.
package struct TextError: Error, Sendable, Equatable {
  /// The line, from 1.
  package let line: Int
  /// What is wrong.
  package let message: String

  /// Makes an error.
  package init(line: Int, message: String) {
    self.line = line
    self.message = message
  }
}

/// Text as Windows and Unix tools write it: UTF-8 or UTF-16, with a byte order mark or without.
package struct TextFile: Sendable {
  /// U+FEFF in UTF-8. Files that were joined have it in the middle, so a reader passes over it
  /// wherever a record begins.
  package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Ctrl-Z, which `copy a.csv+b.csv` of Windows puts behind the last file.
  static let endOfFile: UInt8 = 0x1A

  /// The text in UTF-8, byte order marks included.
  package let utf8: [UInt8]

  /// Takes a whole file. UTF-8 is checked and kept as it is, UTF-16 is converted.
  ///
  /// - Throws: ``TextError`` at the first line that is in neither; the message names the encoding
  ///   that it looks like.
  package init(_ file: consuming [UInt8]) throws(TextError) {
    var bytes = file
    switch Self.form(of: bytes) {
    case .utf8:
      try Self.checkUTF8(bytes)
      if bytes.last == Self.endOfFile { bytes.removeLast() }
    case .utf16(let isLittleEndian):
      if bytes.last == Self.endOfFile, !bytes.count.isMultiple(of: 2) { bytes.removeLast() }
      bytes = try UTF16Text(bytes: bytes, isLittleEndian: isLittleEndian).utf8()
    case .utf32:
      throw TextError(line: 1, message: "the file looks like UTF-32; save it as UTF-8 or UTF-16")
    }
    if let zero = bytes.firstIndex(of: 0) {
      throw TextError(
        line: Self.line(of: zero, in: bytes),
        message: "the file has a zero byte here: it is damaged, or not text")
    }
    utf8 = bytes
  }

  /// True for the first four bytes of a file that is neither UTF-16 nor UTF-32.
  static func isUTF8(_ start: [UInt8]) -> Bool {
    if case .utf8 = form(of: start) { true } else { false }
  }

  private enum Form {
    case utf8, utf32
    case utf16(isLittleEndian: Bool)
  }

  /// A byte order mark says it. Without one, the first two letters do: column names, `dn` and `#`
  /// are ASCII, which is every other byte of UTF-16 and zeros between them.
  private static func form(of bytes: [UInt8]) -> Form {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      return .utf32
    }
    if bytes.starts(with: [0xFF, 0xFE]) { return .utf16(isLittleEndian: true) }
    if bytes.starts(with: [0xFE, 0xFF]) { return .utf16(isLittleEndian: false) }
    switch bytes.prefix(4).map({ $0 == 0 }) {
    case [false, true, true, true], [true, true, true, false]: return .utf32
    case [false, true, false, true], [false, true]: return .utf16(isLittleEndian: true)
    case [true, false, true, false], [true, false]: return .utf16(isLittleEndian: false)
    default: return .utf8
    }
  }

  private static func checkUTF8(_ bytes: [UInt8]) throws(TextError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      throw TextError(
        line: line(of: offset, in: bytes),
        message: ForeignText(bytes: bytes, offset: offset).description)
    }
  }

  /// The line on which a byte stands, from 1.
  static func line(of offset: Int, in bytes: [UInt8]) -> Int {
    bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
  }
}
