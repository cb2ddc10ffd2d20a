import PluginContract

@testable import TenantCore

/// One record, as bytes without quotes and where its fields end.
struct ReferenceRecord {
  /// The line on which the record begins, from 1.
  var line = 0
  /// The fields with quotes removed, one after the other.
  var bytes: [UInt8] = []
  /// False if the file ends without a line end behind the record.
  var isTerminated = false
  var ends: [Int] = []

  /// Makes an empty record to read into.
  init() {}

  /// The number of fields.
  var count: Int { ends.count }

  /// A field's bytes.
  func field(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// A field as text.
  func text(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }
}

/// Reads CSV a byte at a time and says the same as ``CSVScanner``, slowly.
struct ReferenceScanner {
  private let bytes: [UInt8]
  private(set) var delimiter = UInt8(ascii: ",")
  private var position = 0
  private var line = 1

  /// Takes a whole file.
  ///
  /// - Throws: ``TextError`` for a first record in which the delimiter cannot be told.
  init(_ text: TextFile) throws(TextError) {
    bytes = text.utf8
    passOverPreamble()
    if let named = try CSVDelimiter.named(by: currentLine, line: line) {
      delimiter = named
      skipLine()
      passOverPreamble()
    } else {
      delimiter = try CSVDelimiter.found(in: currentLine, line: line)
    }
  }

  /// Reads the next record; false at the end of the file.
  ///
  /// - Throws: ``TextError`` for a quote that is not closed, text after a closing quote, or too many fields.
  mutating func next(_ record: inout ReferenceRecord) throws(TextError) -> Bool {
    passOverPreamble()
    guard position < bytes.count else { return false }
    record.line = line
    record.bytes.removeAll(keepingCapacity: true)
    record.ends.removeAll(keepingCapacity: true)
    while true {
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        try quoted(into: &record)
      } else {
        plain(into: &record)
      }
      record.ends.append(record.bytes.count)
      guard record.ends.count <= CSVScanner.maximumFields else {
        throw TextError(
          line: record.line,
          message: "there are more than \(CSVScanner.maximumFields) fields; "
            + "\(CSVHeader.maximumColumns) columns are allowed")
      }
      guard position < bytes.count, bytes[position] == delimiter else { break }
      position += 1
    }
    skipLine()
    // The last line end was passed over, or there was none.
    record.isTerminated = position <= bytes.count
    return true
  }

  private mutating func plain(into record: inout ReferenceRecord) {
    let start = position
    while position < bytes.count, bytes[position] != delimiter, !isLineEnd(at: position) {
      position += 1
    }
    record.bytes.append(contentsOf: bytes[start..<position])
  }

  private mutating func quoted(into record: inout ReferenceRecord) throws(TextError) {
    let opened = line
    position += 1
    while true {
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
      }
      record.bytes.append(contentsOf: bytes[start..<position])
      guard position < bytes.count else {
        throw TextError(line: opened, message: "a quoted field is not closed before the file ends")
      }
      position += 1
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
      record.bytes.append(UInt8(ascii: "\""))
      position += 1
    }
    guard position >= bytes.count || bytes[position] == delimiter || isLineEnd(at: position) else {
      throw TextError(line: line, message: "text follows the closing quote of a field")
    }
  }

  /// Passes over what stands between records and is none.
  private mutating func passOverPreamble() {
    while position < bytes.count {
      switch bytes[position] {
      case TextFile.byteOrderMark[0] where bytes[position...].starts(with: TextFile.byteOrderMark):
        position += TextFile.byteOrderMark.count
      case UInt8(ascii: "#") where bytes[position...].starts(with: "#TYPE".utf8): skipLine()
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        guard isLineEnd(at: position) else { return }
        skipLine()
      default: return
      }
    }
  }

  private func isLineEnd(at index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "\n")
      || bytes[index] == UInt8(ascii: "\r")
        && (index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: "\n"))
  }

  /// The rest of the line, without its end.
  private var currentLine: ArraySlice<UInt8> {
    let rest = bytes[min(position, bytes.count)...]
    let text = rest[..<(rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex)]
    return text.last == UInt8(ascii: "\r") ? text.dropLast() : text
  }

  private mutating func skipLine() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    position += 1
    line += 1
  }
}
