internal import PluginContract

/// How a CSV file begins: what is passed over, and the line that tells the delimiter.
struct CSVHead: Sendable {
  /// What separates the cells.
  let delimiter: UInt8
  /// Where records begin, or what is passed over before them: behind a line `sep=;`.
  let position: Int
  /// The line of that place, from 1.
  let line: Int

  /// Reads the beginning of a text that holds the whole first line.
  ///
  /// - Throws: ``TextError`` for a first record in which the delimiter cannot be told.
  init(_ text: [UInt8]) throws(TextError) {
    var (position, line) = (0, 1)
    Self.passOverPreamble(text.span, &position, end: text.count, line: &line)
    let first = Self.line(in: text, from: position)
    if let named = try CSVDelimiter.named(by: first, line: line) {
      delimiter = named
      Self.skipLine(text.span, &position, end: text.count, line: &line)
    } else {
      delimiter = try CSVDelimiter.found(in: first, line: line)
    }
    (self.position, self.line) = (position, line)
  }

  /// True if a text that may go on holds the whole first line.
  static func isWhole(_ text: [UInt8]) -> Bool {
    var (position, line) = (0, 1)
    passOverPreamble(text.span, &position, end: text.count, line: &line)
    return position < text.count && text[position...].contains(UInt8(ascii: "\n"))
  }

  /// True if a record begins before a place, which is behind a line end.
  func hasRecord(in text: Span<UInt8>, before end: Int) -> Bool {
    var (place, line) = (position, line)
    Self.passOverPreamble(text, &place, end: end, line: &line)
    return place < end
  }

  /// Passes over what stands between records and is none.
  static func passOverPreamble(
    _ text: Span<UInt8>, _ position: inout Int, end: Int, line: inout Int
  ) {
    while position < end {
      switch text[position] {
      case UInt8(ascii: "\n"):
        skipLine(text, &position, end: end, line: &line)
      case UInt8(ascii: "\r")
      where position + 1 == end || text[position + 1] == UInt8(ascii: "\n"):
        skipLine(text, &position, end: end, line: &line)
      case UInt8(ascii: "#") where isType(text, at: position, end: end):
        skipLine(text, &position, end: end, line: &line)
      case 0xEF where isByteOrderMark(text, at: position, end: end):
        position += 3
      default:
        return
      }
    }
  }

  /// True for a line `#TYPE …`.
  static func isType(_ text: Span<UInt8>, at position: Int, end: Int) -> Bool {
    guard position + 5 <= end else { return false }
    return text[position] == 0x23 && text[position + 1] == 0x54 && text[position + 2] == 0x59
      && text[position + 3] == 0x50 && text[position + 4] == 0x45
  }

  /// True for U+FEFF.
  static func isByteOrderMark(_ text: Span<UInt8>, at position: Int, end: Int) -> Bool {
    guard position + 3 <= end else { return false }
    return text[position] == 0xEF && text[position + 1] == 0xBB && text[position + 2] == 0xBF
  }

  private static func skipLine(
    _ text: Span<UInt8>, _ position: inout Int, end: Int, line: inout Int
  ) {
    while position < end, text[position] != UInt8(ascii: "\n") { position += 1 }
    position += 1
    line += 1
  }

  /// The rest of a line, without its end.
  private static func line(in text: [UInt8], from position: Int) -> ArraySlice<UInt8> {
    let rest = text[min(position, text.count)...]
    let line = rest[..<(rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex)]
    return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }
}
