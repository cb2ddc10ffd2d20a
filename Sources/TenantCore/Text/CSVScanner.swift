/// One record of a CSV file; reused from record to record.
public struct CSVRecord: Sendable {
  /// The line on which the record begins, from 1.
  public internal(set) var line = 0
  /// The fields with quotes removed, one after the other.
  public internal(set) var bytes: [UInt8] = []
  var ends: [Int] = []

  /// Makes an empty record to read into.
  public init() {}

  /// The number of fields.
  public var count: Int { ends.count }

  /// A field's bytes.
  public func field(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// A field as text, invalid UTF-8 repaired.
  public func text(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }
}

/// What is wrong with a CSV file, and where.
public struct CSVError: Error, Sendable, Equatable {
  /// The line, from 1.
  public let line: Int
  /// What is wrong.
  public let message: String

  /// Makes an error.
  public init(line: Int, message: String) {
    self.line = line
    self.message = message
  }
}

/// Reads CSV as RFC 4180 defines it, record by record.
///
/// Takes UTF-8 with or without a byte order mark, and UTF-16 of either order with one, as
/// PowerShell writes it. Lines end with CRLF or LF. A first line `#TYPE …`, which Windows
/// PowerShell's `Export-Csv` writes, is passed over, and so are empty lines.
public struct CSVScanner: Sendable {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// Takes a whole file.
  public init(_ file: [UInt8]) throws(CSVError) {
    bytes = try Self.utf8(of: file)
    if bytes.starts(with: "#TYPE".utf8) { skipLine() }
  }

  /// Reads the next record; false at the end of the file.
  ///
  /// - Throws: ``CSVError`` for a quote that is not closed, or text after a closing quote.
  public mutating func next(_ record: inout CSVRecord) throws(CSVError) -> Bool {
    while position < bytes.count, isLineEnd(at: position) { skipLine() }
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
      guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
      position += 1
    }
    skipLine()
    return true
  }

  private mutating func plain(into record: inout CSVRecord) {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ","), !isLineEnd(at: position) {
      position += 1
    }
    record.bytes.append(contentsOf: bytes[start..<position])
  }

  private mutating func quoted(into record: inout CSVRecord) throws(CSVError) {
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
        throw CSVError(line: opened, message: "a quoted field is not closed before the file ends")
      }
      position += 1
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
      record.bytes.append(UInt8(ascii: "\""))
      position += 1
    }
    guard position >= bytes.count || bytes[position] == UInt8(ascii: ",") || isLineEnd(at: position)
    else {
      throw CSVError(line: line, message: "text follows the closing quote of a field")
    }
  }

  private func isLineEnd(at index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "\n")
      || bytes[index] == UInt8(ascii: "\r")
        && (index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: "\n"))
  }

  private mutating func skipLine() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    position += 1
    line += 1
  }

  private static func utf8(of file: [UInt8]) throws(CSVError) -> [UInt8] {
    if file.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(file.dropFirst(3)) }
    let isLittle = file.starts(with: [0xFF, 0xFE])
    guard isLittle || file.starts(with: [0xFE, 0xFF]) else { return file }
    guard file.count.isMultiple(of: 2) else {
      throw CSVError(line: 1, message: "the file is UTF-16 but has an odd number of bytes")
    }
    let units = stride(from: 2, to: file.count, by: 2).map { index in
      let first = UInt16(file[index])
      let second = UInt16(file[index + 1])
      return isLittle ? second << 8 | first : first << 8 | second
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw CSVError(line: 1, message: "the file is not valid UTF-16")
    }
    return Array(text.utf8)
  }
}
