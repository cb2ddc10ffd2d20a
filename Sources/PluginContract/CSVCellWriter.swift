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
      writer.append(Array(cell.utf8)[...], to: &line)
    }
    return String(decoding: line + lineEnd, as: UTF8.self)
  }

  /// What makes a byte more than plain text.
  private struct Traits: OptionSet {
    let rawValue: UInt8
    static let needsQuotes = Traits(rawValue: 1)
    static let isQuote = Traits(rawValue: 2)
    static let isNotASCII = Traits(rawValue: 4)
    static let startsFormula = Traits(rawValue: 8)
  }

  private static let traits: [Traits] = (0...UInt8.max).map { byte in
    switch byte {
    case quote: [.needsQuotes, .isQuote]
    case UInt8(ascii: ","), 0x0A: .needsQuotes
    case 0x0D: [.needsQuotes, .startsFormula]
    case 0x09: .startsFormula
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"):
      .startsFormula
    case 0x80...: .isNotASCII
    default: []
    }
  }

  /// Appends the values of a row, several joined by `; `; nothing if there is none.
  package func append(_ column: PackedColumn, row: Int, to output: inout [UInt8]) {
    let values = column.values(of: row)
    switch values.count {
    case 0: return
    case 1: append(column.value(values.lowerBound), to: &output)
    default:
      let joined = Array(values.map { column.value($0) }.joined(separator: Array("; ".utf8)))
      append(joined[...], to: &output)
    }
  }

  private func append(_ cell: ArraySlice<UInt8>, to output: inout [UInt8]) {
    guard let first = cell.first else { return }
    var traits: Traits = []
    for byte in cell { traits.formUnion(Self.traits[Int(byte)]) }
    // The first byte decides about a formula, the others do not.
    let isFormula = !exact && Self.traits[Int(first)].contains(.startsFormula)
    if traits.contains(.isNotASCII), String(validating: cell, as: UTF8.self) == nil {
      return append(Array(String(decoding: cell, as: UTF8.self).utf8)[...], to: &output)
    }
    let isQuoted = traits.contains(.needsQuotes)
    if isQuoted { output.append(Self.quote) }
    if isFormula { output.append(UInt8(ascii: "'")) }
    if traits.contains(.isQuote) {
      for byte in cell {
        if byte == Self.quote { output.append(byte) }
        output.append(byte)
      }
    } else {
      output.append(contentsOf: cell)
    }
    if isQuoted { output.append(Self.quote) }
  }
}
