internal import OperatingSystem

/// What is checked of a file's bytes before libyaml sees them.
enum YAMLText {
  /// The most bytes that a file may have: 1 MiB.
  static let maximumByteCount = TrustedFolder.maximumBytes

  /// What some editors put before UTF-8 text; libyaml would count it as a column.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The reason to refuse the bytes, or nil.
  static func problem(in bytes: [UInt8], of kind: FileKind) -> YAMLSyntaxError? {
    if bytes.count > maximumByteCount {
      return YAMLSyntaxError(
        position: FilePosition(line: 1, column: 1),
        message: "the file is larger than 1 MiB; \(kind.remedyIfLarge)")
    }
    if let offset = bytes.firstIndex(of: 0) {
      return YAMLSyntaxError(
        position: FilePosition(ofByte: offset, in: bytes),
        message: "the file holds a NUL byte; save it as UTF-8 text")
    }
    return firstInvalidByte(in: bytes).map { offset in
      YAMLSyntaxError(
        position: FilePosition(ofByte: offset, in: bytes),
        message: "the file is not UTF-8 from here on; save it as UTF-8 text")
    }
  }

  private static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .valid(let scalar) = parser.parseScalar(from: &iterator) { offset += scalar.count }
    return offset
  }
}

extension FilePosition {
  /// The position of a byte; a column is a Unicode scalar, as libyaml counts.
  init(ofByte offset: Int, in bytes: [UInt8]) {
    let before = bytes.prefix(offset)
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    self.init(
      line: before.count { $0 == 0x0A } + 1,
      column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
  }
}
