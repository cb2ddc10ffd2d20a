/// What separates the fields of a CSV file: a comma, or what Excel and `Export-Csv -UseCulture`
/// take instead of it where a comma is the decimal point.
enum CSVDelimiter {
  /// The delimiters that are known.
  static let known = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

  /// The delimiter that Excel's first line `sep=;` names; nil if the line is no such line.
  ///
  /// - Throws: ``TextError`` if it names one that is not known.
  static func named(by text: ArraySlice<UInt8>, line: Int) throws(TextError) -> UInt8? {
    let quote = UInt8(ascii: "\"")
    let isQuoted = text.count > 2 && text.first == quote && text.last == quote
    let words = isQuoted ? text.dropFirst().dropLast() : text
    guard words.count == 5, words.starts(with: "sep=".utf8), let byte = words.last else {
      return nil
    }
    guard known.contains(byte) else {
      throw TextError(
        line: line,
        message: "the delimiter '\(Character(Unicode.Scalar(byte)))' of 'sep=' is unknown; "
          + "use comma, semicolon or tab")
    }
    return byte
  }

  /// The delimiter that a line of column names has outside of quotes.
  ///
  /// - Throws: ``TextError`` if it has two of them: which one separates the names would be a guess.
  static func found(in header: ArraySlice<UInt8>, line: Int) throws(TextError) -> UInt8 {
    var found: UInt8?
    var isQuoted = false
    // At the start of a name, and behind a closing quote, which a second one makes a part of it.
    var mayOpen = true
    for byte in header {
      if byte == UInt8(ascii: "\""), isQuoted || mayOpen {
        isQuoted.toggle()
        mayOpen = true
        continue
      }
      guard !isQuoted else { continue }
      mayOpen = known.contains(byte)
      guard mayOpen else { continue }
      guard (found ?? byte) == byte else {
        throw TextError(
          line: line,
          message: "the column names are separated by \(name(of: found ?? byte)) and by "
            + "\(name(of: byte)), so either may be the delimiter; put names that hold one of them "
            + "into quotes, or begin the file with a line 'sep=;' that names it")
      }
      found = byte
    }
    return found ?? UInt8(ascii: ",")
  }

  static func name(of delimiter: UInt8) -> String {
    switch delimiter {
    case UInt8(ascii: "\t"): "tabs"
    case UInt8(ascii: ";"): "semicolons"
    default: "commas"
    }
  }
}
