internal import PluginContract

/// A CSV file whose first record names the columns, as directory files and users files are; or some of its
/// records, cut off by ``CSVBlocks``.
package struct CSVTable: Sendable {
  /// The names of the columns and what else the first record says.
  package let header: CSVHeader
  /// Reads the records. A loop over cells takes `scanner.bytes.span` once a record.
  package private(set) var scanner: CSVScanner

  /// Reads the names; nil for a file without a record.
  ///
  /// - Throws: ``TextError`` for what CSV does not allow, and for names that are too many or too
  ///   long to be names.
  package init?(_ text: TextFile) throws(TextError) { try self.init(scanner: CSVScanner(text)) }

  /// Reads the names of a file's first records.
  init?(scanner: CSVScanner) throws(TextError) {
    self.scanner = scanner
    var record = CSVRecord()
    guard try self.scanner.next(&record) else { return nil }
    header = try CSVHeader(record, of: self.scanner)
  }

  /// Takes records behind the first ones, whose lines are counted from 1.
  package init(_ block: consuming CSVBlock, header: CSVHeader) {
    self.header = header
    scanner = CSVScanner(block.bytes, delimiter: header.delimiter)
  }

  /// The bytes in which the cells of records lie.
  package var bytes: [UInt8] { scanner.bytes }

  /// The number of line ends that were passed.
  package var lineCount: Int { scanner.line - 1 }

  /// Checks that all of it is text.
  ///
  /// - Throws: ``NoText``.
  func check() throws(NoText) { try NoText.check(scanner.bytes.span) }

  /// Reads the next record, which may have fewer or more cells than there are names; false at the
  /// end. The column names of a second file that was joined to the first are passed over.
  ///
  /// - Throws: ``TextError`` for what CSV does not allow, and for names in another order, which
  ///   would give the rows behind them another meaning.
  package mutating func next(_ record: inout CSVRecord) throws(TextError) -> Bool {
    repeat {
      guard try scanner.next(&record) else { return false }
      // Most rows are told from names by the length of their first cell.
      guard header.mayBegin(record) else { return true }
    } while header.isEqual(record, of: scanner)
    if header.names(record, of: scanner) {
      throw TextError(
        line: record.line,
        message: "these are column names again, but not those of line \(header.line): files with "
          + "different columns were joined")
    }
    return true
  }

  /// A cell as text.
  package func text(_ cell: Int, of record: CSVRecord) -> String {
    String(decoding: bytes[record.cells[cell]], as: UTF8.self)
  }

  /// Where the value of a column lies, or of those that mean the same.
  ///
  /// - Parameters:
  ///   - column: the first of them.
  ///   - doubled: all columns of what has several.
  ///   - place: what `doubled` may know it by.
  package func cell(
    _ column: Int, _ doubled: [Int: [Int]], _ place: Int, in record: CSVRecord
  ) throws(TextError) -> Range<Int> {
    // Files hardly ever have two columns of one meaning, and this is asked for each cell.
    guard !doubled.isEmpty, let columns = doubled[place] else { return record.cells[column] }
    return try cell(of: columns, in: record)
  }

  /// Where the value of columns that mean the same lies: the one that is not blank.
  ///
  /// - Throws: ``TextError`` if two of them differ beyond case and spaces around (M5, T2).
  package func cell(
    of columns: [Int], in record: CSVRecord
  ) throws(TextError) -> Range<Int> {
    guard columns.count > 1 else { return record.cells[columns[0]] }
    var first: Int?
    for column in columns where folded(column, record) != [] {
      guard let known = first else {
        first = column
        continue
      }
      guard folded(known, record) == folded(column, record) else {
        throw TextError(line: record.line, message: difference(known, column, record))
      }
    }
    return record.cells[first ?? columns[0]]
  }

  private func folded(_ column: Int, _ record: CSVRecord) -> [UInt8]? {
    CanonicalText.of(bytes[record.cells[column]])
  }

  private func difference(_ first: Int, _ second: Int, _ record: CSVRecord) -> String {
    let names = header.names
    func shown(_ column: Int) -> String { "'\(text(column, of: record).prefix(64))'" }
    let places =
      names[first] == names[second]
      ? "columns \(first + 1) and \(second + 1), both named '\(names[first])',"
      : "columns '\(names[first])' and '\(names[second])'"
    return "the \(places) mean the same and have different values, \(shown(first)) and "
      + "\(shown(second)); leave the wrong one out"
  }
}
