import Foundation
import TenantCore

/// One line of LDIF, folded lines joined: a name and what stands for the value (RFC 2849).
struct LDIFLine: Sendable {
  /// How the value is written.
  enum Form: Sendable {
    case plain, base64
    /// The value is in a file or elsewhere, and the text says where.
    case url
  }

  /// The line on which it begins, from 1.
  var number = 0
  /// The attribute's name without options.
  var name: ArraySlice<UInt8> = []
  /// Everything after the first `;` of the name.
  var options = AttributeOptions([])
  var form = Form.plain
  /// What stands behind the colons, without spaces before it.
  var text: ArraySlice<UInt8> = []

  /// True for a name, given in lower case.
  func isNamed(_ name: String) -> Bool { ObjectKind.isSame(self.name, name) }
}

/// Cuts LDIF into lines and records.
struct LDIFScanner {
  enum Item: Sendable {
    case line(LDIFLine)
    /// A line that begins with `#`, without it.
    case comment(ArraySlice<UInt8>, number: Int)
    /// The line `-` behind one of the changes of a `changetype: modify`.
    case separator(number: Int)
    /// An empty line: the record is over.
    case end
  }

  /// The most bytes of a line with its continuations.
  static let maximumLineBytes = 64 << 20

  private let path: String
  private let bytes: [UInt8]
  private var position = 0
  private(set) var number = 0

  init(_ text: TextFile, path: String) {
    self.path = path
    bytes = text.utf8
  }

  /// The next item, or nil at the end of the file.
  mutating func next() throws -> Item? {
    guard position < bytes.count else { return nil }
    let (start, text) = try logicalLine()
    guard let first = text.first else { return .end }
    if first == UInt8(ascii: "#") { return .comment(text.dropFirst(), number: start) }
    if first == UInt8(ascii: "-"), text.count == 1 { return .separator(number: start) }
    return .line(try parse(text, number: start))
  }

  /// A line's value, decoded.
  ///
  /// - Throws: ``DirectoryError`` for base64 that is none, and for a value that is elsewhere.
  func value(of line: LDIFLine) throws -> ArraySlice<UInt8> {
    switch line.form {
    case .plain: return line.text
    case .base64:
      let digits = line.text.filter { $0 != UInt8(ascii: " ") }
      guard let data = Data(base64Encoded: Data(digits)) else {
        throw failure("the value is not base64", at: line.number)
      }
      return Array(data)[...]
    case .url:
      throw failure(
        "a value by URL is not followed; export the value itself, which ldapsearch does "
          + "without -t", at: line.number)
    }
  }

  func failure(_ message: String, at line: Int) -> DirectoryError {
    DirectoryError(.incomplete, "\(path):\(line): \(message)")
  }

  /// A line with the lines that continue it: those that begin with a space.
  private mutating func logicalLine() throws -> (start: Int, text: ArraySlice<UInt8>) {
    let text = physicalLine()
    let start = number
    guard !text.isEmpty, continues else { return (start, text) }
    var joined = Array(text)
    while continues {
      joined += physicalLine().dropFirst()
      if joined.count > Self.maximumLineBytes {
        throw failure("the line is longer than 64 MiB", at: start)
      }
    }
    return (start, joined[...])
  }

  private var continues: Bool { position < bytes.count && bytes[position] == UInt8(ascii: " ") }

  /// A byte order mark at its beginning is no part of it: files that were joined have some.
  private mutating func physicalLine() -> ArraySlice<UInt8> {
    while position < bytes.count, bytes[position] == TextFile.byteOrderMark[0],
      bytes[position...].starts(with: TextFile.byteOrderMark)
    { position += TextFile.byteOrderMark.count }
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    var line = bytes[start..<position]
    position += 1
    number += 1
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  private func parse(_ text: ArraySlice<UInt8>, number: Int) throws -> LDIFLine {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else {
      throw failure("this is not an LDIF line: 'name: value' is expected", at: number)
    }
    var line = LDIFLine(number: number, name: text[..<colon])
    if let semicolon = line.name.firstIndex(of: UInt8(ascii: ";")) {
      line.options = AttributeOptions(line.name[(semicolon + 1)...])
      line.name = line.name[..<semicolon]
    }
    var rest = text[(colon + 1)...]
    switch rest.first {
    case UInt8(ascii: ":"): (line.form, rest) = (.base64, rest.dropFirst())
    case UInt8(ascii: "<"): (line.form, rest) = (.url, rest.dropFirst())
    default: break
    }
    line.text = rest.drop { $0 == UInt8(ascii: " ") }
    return line
  }
}
