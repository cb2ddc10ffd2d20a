/// The first record of a CSV file: the names of its columns.
package struct CSVHeader: Sendable {
  /// The most columns. `Get-ADUser -Properties *` gives some 150, and a schema has about 400
  /// attributes of a user.
  static let maximumColumns = 1024
  /// The longest name of a column: that of an attribute in Active Directory is no longer.
  static let maximumNameBytes = 256

  /// The names of the columns as written, in their order.
  package let names: [String]
  /// The line of the names, from 1.
  package let line: Int
  /// False if the file ends within the names.
  package let isTerminated: Bool
  /// What separates the cells.
  let delimiter: UInt8
  private let cells: [[UInt8]]
  /// A bit for each length that a name has.
  private let lengths: UInt64

  /// Takes a file's first record.
  ///
  /// - Throws: ``TextError`` for names that are too many or too long to be names.
  init(_ record: CSVRecord, of scanner: CSVScanner) throws(TextError) {
    line = record.line
    isTerminated = record.isTerminated
    delimiter = scanner.delimiter
    guard record.count <= Self.maximumColumns else {
      throw TextError(
        line: line,
        message: "there are \(record.count) column names; \(Self.maximumColumns) are allowed")
    }
    for column in 0..<record.count where record.cells[column].count > Self.maximumNameBytes {
      throw TextError(
        line: line,
        message: "the name of column \(column + 1) is longer than \(Self.maximumNameBytes) bytes; "
          + "the file must begin with a line of column names")
    }
    cells = record.cells.map { Array(scanner.bytes[$0]) }
    names = cells.map { String(decoding: $0, as: UTF8.self) }
    lengths = cells.reduce(0) { $0 | Self.bit(ofLength: $1.count) }
  }

  /// The delimiter's name, such as `commas`.
  package var delimiterName: String { CSVDelimiter.name(of: delimiter) }

  /// False if a record's first cell has no name's length.
  func mayBegin(_ record: CSVRecord) -> Bool {
    lengths & Self.bit(ofLength: record.cells[0].count) != 0
  }

  /// True if a record is these names again.
  func isEqual(_ record: CSVRecord, of scanner: CSVScanner) -> Bool {
    record.count == cells.count
      && cells.indices.allSatisfy { cells[$0][...] == scanner.bytes[record.cells[$0]] }
  }

  /// True if every cell of a record is the name of a column.
  func names(_ record: CSVRecord, of scanner: CSVScanner) -> Bool {
    guard record.count > 1, record.cells.contains(where: { !$0.isEmpty }) else { return false }
    return record.cells.allSatisfy { range in
      cells.contains { $0[...] == scanner.bytes[range] }
    }
  }

  private static func bit(ofLength length: Int) -> UInt64 { 1 << UInt64(length & 63) }
}
