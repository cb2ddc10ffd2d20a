/// Writes one cell: quoted where RFC 4180 asks for it (section 2, rules 5 to 7), harmless in a
/// spreadsheet unless exact (R5), always UTF-8.
package struct CSVCellWriter {
  /// What ends a line (RFC 4180, section 2, rule 1).
  package static let lineEnd: [UInt8] = [0x0D, 0x0A]
  private static let quote = UInt8(ascii: "\"")

  private let exact: Bool

  /// Makes a writer.
  ///
  /// - Parameter exact: true: what a spreadsheet would take for a formula is left as it is.
  package init(exact: Bool) { self.exact = exact }

  /// A whole line with its end, harmless in a spreadsheet.
  package static func line(_ cells: [String]) -> String {
    let writer = CSVCellWriter(exact: false)
    var line: [UInt8] = []
    for (index, cell) in cells.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      let bytes = Array(cell.utf8)
      writer.append(bytes.span, to: &line)
    }
    return String(decoding: line + lineEnd, as: UTF8.self)
  }

  /// What a cell held before it was made harmless; for tables that come back.
  package static func withoutGuard(_ cell: String) -> String {
    let bytes = Array(cell.utf8.prefix(2))
    guard bytes.count == 2, bytes[0] == UInt8(ascii: "'"), startsFormula(bytes[1]) else {
      return cell
    }
    return String(cell.dropFirst())
  }

  /// Appends the values of a row, several joined by `; `; nothing if there is none.
  package func append(_ column: PackedColumn, row: Int, to output: inout [UInt8]) {
    append(column, row: row, needsNoCare: false, to: &output)
  }

  /// Appends rows as lines; nil stands for a column without values.
  package func appendLines(
    _ columns: [PackedColumn?], rows: Range<Int>, to output: inout [UInt8]
  ) {
    // Most columns hold nothing that needs care anywhere, which is seen at once.
    let plain = columns.map { column in column.map { Self.needsNoCare($0.bytes.span) } ?? true }
    for row in rows {
      let start = output.count
      for index in columns.indices {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        guard let column = columns[index] else { continue }
        append(column, row: row, needsNoCare: plain[index], to: &output)
      }
      // A line with nothing on it is no row to many readers.
      if output.count == start { output.append(contentsOf: [Self.quote, Self.quote]) }
      output.append(contentsOf: Self.lineEnd)
    }
  }

  private func append(
    _ column: PackedColumn, row: Int, needsNoCare: Bool, to output: inout [UInt8]
  ) {
    let values = column.values(of: row)
    switch values.count {
    case 0: return
    case 1:
      let cell = column.bytes.span.extracting(column.byteRange(ofValue: values.lowerBound))
      guard !cell.isEmpty else { return }
      if needsNoCare, exact || !Self.startsFormula(cell[0]) {
        return Self.append(cell, to: &output)
      }
      append(cell, to: &output)
    default:
      let joined = Array(values.map { column.value($0) }.joined(separator: Array("; ".utf8)))
      append(joined.span, to: &output)
    }
  }

  private func append(_ cell: Span<UInt8>, to output: inout [UInt8]) {
    guard !cell.isEmpty else { return }
    if !ASCIIText.isASCII(cell), !Self.isUTF8(cell) {
      let repaired = unsafe cell.withUnsafeBufferPointer {
        unsafe String(decoding: $0, as: UTF8.self)
      }
      let bytes = Array(repaired.utf8)
      return append(bytes.span, to: &output)
    }
    let isQuoted = Self.needsQuotes(cell)
    if isQuoted { output.append(Self.quote) }
    // The first byte decides about a formula, the others do not.
    if !exact, Self.startsFormula(cell[0]) { output.append(UInt8(ascii: "'")) }
    if isQuoted {
      for index in cell.indices {
        if cell[index] == Self.quote { output.append(Self.quote) }
        output.append(cell[index])
      }
      output.append(Self.quote)
    } else {
      Self.append(cell, to: &output)
    }
  }

  private static func append(_ cell: Span<UInt8>, to output: inout [UInt8]) {
    unsafe cell.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
  }

  private static func startsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0D, UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"):
      true
    default: false
    }
  }

  private static func needsQuotes(_ cell: Span<UInt8>) -> Bool {
    ASCIIText.contains(cell, quote, UInt8(ascii: ","), 0x0A, 0x0D)
  }

  private static func needsNoCare(_ bytes: Span<UInt8>) -> Bool {
    ASCIIText.isASCII(bytes) && !needsQuotes(bytes)
  }

  private static func isUTF8(_ cell: Span<UInt8>) -> Bool {
    (try? UTF8Span(validating: cell)) != nil
  }
}
