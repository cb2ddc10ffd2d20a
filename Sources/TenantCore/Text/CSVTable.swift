internal import PluginContract

/// A CSV file whose first record names the columns, as directory files and users files are.
package struct CSVTable: Sendable {
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
  package var isTerminated: Bool { header.isTerminated }
  /// The delimiter's name, such as `commas`.
  package var delimiterName: String { CSVDelimiter.name(of: scanner.delimiter) }

  private var scanner: CSVScanner
  private let header: CSVRecord
  /// A bit for each length that a name has.
  private let lengths: UInt64

  /// Reads the names; nil for a file without a record.
  ///
  /// - Throws: ``TextError`` for what CSV does not allow, and for names that are too many or too
  ///   long to be names.
  package init?(_ text: TextFile) throws(TextError) {
    scanner = try CSVScanner(text)
    var header = CSVRecord()
    guard try scanner.next(&header) else { return nil }
    self.header = header
    line = header.line
    guard header.count <= Self.maximumColumns else {
      throw TextError(
        line: header.line,
        message: "there are \(header.count) column names; \(Self.maximumColumns) are allowed")
    }
    for column in 0..<header.count where header.field(column).count > Self.maximumNameBytes {
      throw TextError(
        line: header.line,
        message: "the name of column \(column + 1) is longer than \(Self.maximumNameBytes) bytes; "
          + "the file must begin with a line of column names")
    }
    names = (0..<header.count).map { header.text($0) }
    lengths = (0..<header.count).reduce(0) { $0 | Self.bit(ofLength: header.field($1).count) }
  }

  /// Reads the next record, which may have fewer or more fields than there are names; false at the
  /// end of the file. The column names of a second file that was joined to the first are passed
  /// over.
  ///
  /// - Throws: ``TextError`` for what CSV does not allow, and for names in another order, which
  ///   would give the rows behind them another meaning.
  package mutating func next(_ record: inout CSVRecord) throws(TextError) -> Bool {
    repeat {
      guard try scanner.next(&record) else { return false }
    } while isHeader(record)
    if hasNames(record) {
      throw TextError(
        line: record.line,
        message: "these are column names again, but not those of line \(line): files with "
          + "different columns were joined")
    }
    return true
  }

  /// The value of columns that mean the same: the one that is not blank.
  ///
  /// - Throws: ``TextError`` if two of them differ beyond case and spaces around (M5, T2).
  package func value(
    of columns: [Int], in record: CSVRecord
  ) throws(TextError) -> ArraySlice<UInt8> {
    guard columns.count > 1 else { return record.field(columns[0]) }
    var first: Int?
    for column in columns where Self.folded(record.field(column)) != [] {
      guard let known = first else {
        first = column
        continue
      }
      guard Self.folded(record.field(known)) == Self.folded(record.field(column)) else {
        throw TextError(line: record.line, message: difference(known, column, record))
      }
    }
    return record.field(first ?? columns[0])
  }

  private static func folded(_ value: ArraySlice<UInt8>) -> [UInt8]? { CanonicalText.of(value) }

  private func difference(_ first: Int, _ second: Int, _ record: CSVRecord) -> String {
    func shown(_ column: Int) -> String { "'\(record.text(column).prefix(64))'" }
    let places =
      names[first] == names[second]
      ? "columns \(first + 1) and \(second + 1), both named '\(names[first])',"
      : "columns '\(names[first])' and '\(names[second])'"
    return "the \(places) mean the same and have different values, \(shown(first)) and "
      + "\(shown(second)); leave the wrong one out"
  }

  private func isHeader(_ record: CSVRecord) -> Bool {
    record.ends == header.ends && record.bytes == header.bytes
  }

  /// True if every field is the name of a column. Most rows are told by their first field's length.
  private func hasNames(_ record: CSVRecord) -> Bool {
    guard lengths & Self.bit(ofLength: record.field(0).count) != 0, record.count > 1,
      !record.bytes.isEmpty
    else { return false }
    return (0..<record.count).allSatisfy { field in
      (0..<header.count).contains { header.field($0) == record.field(field) }
    }
  }

  private static func bit(ofLength length: Int) -> UInt64 { 1 << UInt64(length & 63) }
}
