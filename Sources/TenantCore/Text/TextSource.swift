package import OperatingSystem

/// Where a text comes from: a file that is read piece by piece, or bytes.
package struct TextSource: ~Copyable {
  /// What is read once, from the beginning to the end.
  private enum Content: ~Copyable {
    /// A file in UTF-8, as far as its beginning says.
    case file(FileDescriptor)
    /// A text that was checked.
    case text([UInt8])
  }

  private let content: Content
  /// The bytes of the file, as it was when it was opened.
  package let size: Int
  private let limit: Int
  private var position = 0

  private init(_ content: consuming Content, size: Int, limit: Int) {
    self.content = content
    self.size = size
    self.limit = limit
  }

  /// Takes text that was checked.
  package init(_ text: TextFile) {
    self.init(.text(text.utf8), size: text.utf8.count, limit: text.utf8.count)
  }

  /// Takes an open file. One in UTF-16, and what is no ordinary file, is read at once; of any other no more
  /// than is asked for.
  ///
  /// - Throws: ``NoTextFile``; ``TextTooLong``; `SystemFailure`.
  package init(_ file: consuming FileDescriptor, limit: Int) throws {
    let status = try file.status()
    guard status.size <= limit else { throw TextTooLong() }
    let start = status.isRegularFile ? try file.bytes(4, at: 0) : []
    if status.isRegularFile, TextFile.isUTF8(start) {
      self.init(.file(file), size: status.size, limit: limit)
      return
    }
    let bytes = try file.bytes(limit: limit + 1)
    guard bytes.count <= limit else { throw TextTooLong() }
    do throws(TextError) { self.init(try TextFile(bytes)) } catch { throw NoTextFile(error) }
  }

  /// Appends the next bytes.
  ///
  /// - Returns: false if there are no more behind them.
  /// - Throws: ``TextTooLong``; `SystemFailure`.
  mutating func read(_ count: Int, into bytes: inout [UInt8]) throws -> Bool {
    switch content {
    case .text(let text):
      let end = min(text.count, position + count)
      bytes.append(contentsOf: text[position..<end])
      position = end
      return end < text.count
    case .file(let file):
      let got = try file.append(count, at: position, to: &bytes)
      position += got
      guard position <= limit else { throw TextTooLong() }
      if got < count, bytes.last == TextFile.endOfFile { bytes.removeLast() }
      return got == count
    }
  }

  /// Checks the whole text.
  ///
  /// - Throws: ``TextError`` as ``TextFile`` does.
  func checkWhole() throws {
    switch content {
    case .text: return
    case .file(let file): _ = try TextFile(file.bytes(min(limit, file.status().size), at: 0))
    }
  }
}

/// A file has more bytes than are allowed.
package struct TextTooLong: Error {
  package init() {}
}
