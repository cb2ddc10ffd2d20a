internal import PluginContract

/// One record of a CSV file: where its cells lie in the bytes of the table; reused from record to record.
package struct CSVRecord: Sendable {
  /// The line on which the record begins, from 1.
  package internal(set) var line = 0
  /// False if the file ends without a line end behind the record.
  package internal(set) var isTerminated = false
  /// Where the cells lie, in order, quotes removed.
  package internal(set) var cells: [Range<Int>] = []

  /// Makes an empty record to read into.
  package init() {}

  /// The number of cells.
  package var count: Int { cells.count }
}

/// Reads CSV as RFC 4180 defines it, record by record, out of one buffer; ``CSVTable`` knows its columns.
///
/// Lines end with CRLF or LF. Cells are separated by what the first
/// record has outside of quotes, comma, semicolon or tab, or by what a line `sep=;` of Excel says.
/// Passed over are empty lines, byte order marks, and lines `#TYPE …`, which Windows PowerShell's
/// `Export-Csv` writes: also in the middle, where files were joined.
///
/// No cell is copied: of one with doubled quotes, they are made single where it lies.
package struct CSVScanner: Sendable {
  /// The most cells of a record, far beyond the columns that a file may have; the rest of a longer one is not
  /// even looked for.
  static let maximumFields = 16_384

  /// The text, and line ends behind it so that eight bytes can be read from any place in it.
  package private(set) var bytes: [UInt8]
  let delimiter: UInt8
  /// The line that is read next, from 1.
  private(set) var line: Int
  private let end: Int
  private var position: Int

  /// Takes whole records.
  ///
  /// - Parameter head: what the file's first line says; nil for text that is no file's beginning.
  init(_ text: consuming [UInt8], delimiter: UInt8, head: CSVHead? = nil) {
    bytes = text
    end = bytes.count
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "\n"), count: 8))
    self.delimiter = delimiter
    position = head?.position ?? 0
    line = head?.line ?? 1
  }

  /// Takes a whole file.
  ///
  /// - Throws: ``TextError`` for a first record in which the delimiter cannot be told.
  init(_ text: TextFile) throws(TextError) {
    let head = try CSVHead(text.utf8)
    self.init(text.utf8, delimiter: head.delimiter, head: head)
  }

  /// Reads the next record; false at the end.
  ///
  /// - Throws: ``TextError`` for a quote that is not closed, text after a closing quote, or too many cells.
  mutating func next(_ record: inout CSVRecord) throws(TextError) -> Bool {
    passOverPreamble()
    guard position < end else { return false }
    record.line = line
    record.cells.removeAll(keepingCapacity: true)
    var isLast = false
    repeat {
      isLast = bytes[position] == UInt8(ascii: "\"") ? try quoted(&record) : plain(&record)
      guard record.cells.count <= Self.maximumFields else {
        throw TextError(
          line: record.line,
          message: "there are more than \(Self.maximumFields) fields; "
            + "\(CSVHeader.maximumColumns) columns are allowed")
      }
    } while !isLast
    return true
  }

  private mutating func passOverPreamble() {
    var (place, line) = (position, line)
    CSVHead.passOverPreamble(bytes.span, &place, end: end, line: &line)
    (position, self.line) = (place, line)
  }

  /// Takes a cell without quotes around it, in which quotes are letters; true if it is its record's last.
  private mutating func plain(_ record: inout CSVRecord) -> Bool {
    let start = position
    let cellEnd = separator(from: start)
    if bytes[cellEnd] == delimiter {
      record.cells.append(start..<cellEnd)
      position = cellEnd + 1
      return false
    }
    let hasReturn = cellEnd > start && bytes[cellEnd - 1] == UInt8(ascii: "\r")
    record.cells.append(start..<(hasReturn ? cellEnd - 1 : cellEnd))
    endLine(&record, at: cellEnd)
    return true
  }

  /// The next delimiter or line end; there is one behind the text.
  private func separator(from start: Int) -> Int {
    let text = bytes.span
    var place = start
    while true {
      let word = ASCIIText.word(text, at: place)
      let marks =
        ASCIIText.marks(of: delimiter, in: word)
        | ASCIIText.marks(of: UInt8(ascii: "\n"), in: word)
      if marks != 0 { return place + ASCIIText.first(marks) }
      place += 8
    }
  }

  /// Takes a cell in quotes; true if it is its record's last.
  private mutating func quoted(_ record: inout CSVRecord) throws(TextError) -> Bool {
    let opened = line
    let start = position + 1
    var cellEnd = start
    var hasDoubled = false
    while true {
      guard let quote = quote(from: cellEnd) else {
        throw TextError(line: opened, message: "a quoted field is not closed before the file ends")
      }
      line += quote.lines
      cellEnd = quote.place
      guard bytes[cellEnd + 1] == UInt8(ascii: "\"") else { break }
      hasDoubled = true
      cellEnd += 2
    }
    position = cellEnd + 1
    record.cells.append(start..<(hasDoubled ? single(start..<cellEnd) : cellEnd))
    switch bytes[position] {
    case delimiter:
      position += 1
      return false
    case UInt8(ascii: "\n"):
      endLine(&record, at: position)
    case UInt8(ascii: "\r") where bytes[position + 1] == UInt8(ascii: "\n"):
      endLine(&record, at: position + 1)
    default:
      throw TextError(line: line, message: "text follows the closing quote of a field")
    }
    return true
  }

  /// The next quote and the number of line ends before it; nil if there is none.
  private func quote(from start: Int) -> (place: Int, lines: Int)? {
    let text = bytes.span
    var (place, lines) = (start, 0)
    while place < end {
      let word = ASCIIText.word(text, at: place)
      let quotes = ASCIIText.marks(of: UInt8(ascii: "\""), in: word)
      let lineEnds = ASCIIText.marks(of: UInt8(ascii: "\n"), in: word)
      if quotes != 0 {
        let before = (quotes & (0 &- quotes)) &- 1
        return (place + ASCIIText.first(quotes), lines + (lineEnds & before).nonzeroBitCount)
      }
      lines += lineEnds.nonzeroBitCount
      place += 8
    }
    return nil
  }

  /// Makes the doubled quotes of a cell single and gives the cell's new end.
  private mutating func single(_ cell: Range<Int>) -> Int {
    var text = bytes.mutableSpan
    var (from, to) = (cell.lowerBound, cell.lowerBound)
    while from < cell.upperBound {
      text[to] = text[from]
      from += text[from] == UInt8(ascii: "\"") ? 2 : 1
      to += 1
    }
    return to
  }

  private mutating func endLine(_ record: inout CSVRecord, at lineEnd: Int) {
    position = lineEnd + 1
    line += 1
    record.isTerminated = lineEnd < end
  }
}
