internal import OperatingSystem
internal import PluginContract

/// Whole records of a CSV file, to be read by a ``CSVTable``.
package struct CSVBlock: Sendable {
  let bytes: [UInt8]
}

/// Cuts a CSV file into blocks of whole records, so that no more of it than that is in memory, and blocks
/// can be read at once.
///
/// A cut is behind a line end outside of quotes. Which line ends are is known without reading cells: a quote
/// opens where a cell begins and closes unless it is doubled. Blocks are cut by the bytes alone, never by
/// who reads them.
package struct CSVBlocks: ~Copyable {
  /// The bytes after which a block is cut; some thousand records.
  package static let defaultSize = 1 << 19
  private var source: TextSource
  private let size: Int
  /// What the file's first line says; nil before it was read.
  private var head: CSVHead?
  /// The bytes behind the last cut.
  private var rest: [UInt8] = []
  private var isAtEnd = false

  /// Takes a file.
  ///
  /// - Parameter size: how many bytes a block has; longer records make longer ones.
  package init(_ source: consuming TextSource, size: Int = Self.defaultSize) {
    self.source = source
    self.size = max(1, size)
  }

  /// Reads the file's first records, with the names of the columns; nil if it has no record.
  ///
  /// - Throws: ``TextError`` for what is no header; what reading the file throws.
  package mutating func first() throws -> CSVTable? {
    var length = size
    while !CSVHead.isWhole(rest), try fill(length) { length *= 2 }
    let head = try CSVHead(rest)
    self.head = head
    guard let block = try next(with: head) else { return nil }
    return try CSVTable(
      scanner: CSVScanner(block.bytes, delimiter: head.delimiter, head: head))
  }

  /// Reads the next records; nil at the end.
  package mutating func next() throws -> CSVBlock? { try next(with: nil) }

  /// The first block has the names of the columns, however long what stands before them.
  private mutating func next(with first: CSVHead?) throws -> CSVBlock? {
    guard let delimiter = head?.delimiter else { return nil }
    var length = size
    while !isAtEnd {
      _ = try fill(length)
      // A record that is longer than all that was read; what was searched is searched again.
      length *= 2
      guard !isAtEnd else { break }
      guard let cut = RecordEnds(delimiter: delimiter).last(in: rest.span) else { continue }
      if first?.hasRecord(in: rest.span, before: cut) ?? true { return take(cut) }
    }
    return rest.isEmpty ? nil : take(rest.count)
  }

  /// Reads on; false at the end of the file.
  private mutating func fill(_ length: Int) throws -> Bool {
    guard !isAtEnd else { return false }
    // The scanner adds eight bytes.
    rest.reserveCapacity(rest.count + length + 8)
    isAtEnd = try !source.read(length, into: &rest)
    return !isAtEnd
  }

  private mutating func take(_ count: Int) -> CSVBlock {
    let following = Array(rest[count...])
    rest.removeLast(rest.count - count)
    defer { rest = following }
    return CSVBlock(bytes: rest)
  }

  /// Says what is wrong with the whole file before what is wrong with a row of it: an encoding that is none
  /// spoils all of it.
  ///
  /// - Throws: ``TextError`` if the file is no text.
  package mutating func checkWhole() throws { try source.checkWhole() }
}
