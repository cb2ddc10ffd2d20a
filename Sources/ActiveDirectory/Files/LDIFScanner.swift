import Foundation

/// One line of LDIF: a name and a value, folded lines joined, base64 decoded (RFC 2849).
struct LDIFLine: Sendable {
  /// The line on which it begins, from 1.
  var number = 0
  /// The attribute's name without options.
  var name: [UInt8] = []
  /// Everything after the first `;` of the name, such as `range=0-1499`.
  var options: [UInt8] = []
  var value: [UInt8] = []
}

/// Cuts LDIF into lines and records.
struct LDIFScanner {
  enum Item: Sendable {
    case line(LDIFLine)
    /// An empty line: the record is over.
    case end
  }

  /// The most bytes of a line with its continuations.
  static let maximumLineBytes = 64 << 20

  private let path: String
  private let bytes: [UInt8]
  private var position = 0
  private(set) var number = 0

  init(_ file: [UInt8], path: String) throws {
    self.path = path
    bytes = try TextFile.utf8(of: file, path: path)
  }

  /// True if ldapsearch wrote the file in its long form, which ends with a line `result:`.
  var promisesResult: Bool { bytes.starts(with: "# extended LDIF".utf8) }

  /// The next item, or nil at the end of the file; comments are passed over.
  mutating func next() throws -> Item? {
    while position < bytes.count {
      let (start, text) = try logicalLine()
      if text.first == UInt8(ascii: "#") { continue }
      if text.isEmpty { return .end }
      return .line(try parse(text, number: start))
    }
    return nil
  }

  func failure(_ message: String, at line: Int) -> DirectoryError {
    DirectoryError(.incomplete, "\(path):\(line): \(message)")
  }

  /// A line with the lines that continue it: those that begin with a space.
  private mutating func logicalLine() throws -> (start: Int, text: [UInt8]) {
    var text = Array(physicalLine())
    let start = number
    while position < bytes.count, bytes[position] == UInt8(ascii: " "), !text.isEmpty {
      text += physicalLine().dropFirst()
      if text.count > Self.maximumLineBytes {
        throw failure("the line is longer than 64 MiB", at: start)
      }
    }
    return (start, text)
  }

  private mutating func physicalLine() -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    var line = bytes[start..<position]
    position += 1
    number += 1
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  private func parse(_ text: [UInt8], number: Int) throws -> LDIFLine {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
      throw failure("this is no LDIF line: 'name: value' is expected", at: number)
    }
    var line = LDIFLine(number: number)
    let name = text[..<colon].split(
      separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
    line.name = Array(name[0])
    line.options = name.count > 1 ? Array(name[1]) : []
    let rest = text[(colon + 1)...]
    switch rest.first {
    case UInt8(ascii: ":"): line.value = try decoded(rest.dropFirst(), number)
    case UInt8(ascii: "<"):
      throw failure("a value by URL is not followed; export the value itself", at: number)
    default: line.value = Array(rest.drop { $0 == UInt8(ascii: " ") })
    }
    return line
  }

  private func decoded(_ text: ArraySlice<UInt8>, _ number: Int) throws -> [UInt8] {
    let digits = text.filter { $0 != UInt8(ascii: " ") }
    guard let data = Data(base64Encoded: Data(digits)) else {
      throw failure("the value is not base64", at: number)
    }
    return Array(data)
  }
}
