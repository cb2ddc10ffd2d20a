import Harness
import PluginContract
import Testing

@Suite("Lines of CSV against a byte at a time (RFC 4180, R5)")
struct CSVLineReferenceTests {
  /// R5 in the slowest way.
  private func cell(_ values: [[UInt8]], exact: Bool) -> String {
    let text = String(decoding: Array(values.joined(separator: Array("; ".utf8))), as: UTF8.self)
    let bytes = Array(text.utf8)
    let isFormula = !exact && bytes.first.map { Array("=+-@\t\r".utf8).contains($0) } ?? false
    let safe = isFormula ? "'" + text : text
    guard bytes.contains(where: { Array("\",\r\n".utf8).contains($0) }) else { return safe }
    return "\"" + safe.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  private static let pieces: [[UInt8]] =
    [
      "plain", "a much longer value of a cell", "ü", "漢", "\"", ",", "\n", "\r", "=", "+", "-", "@",
      "\t", "'", ";", "",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3]]

  private func column(_ random: inout SeededGenerator, rows: Int) -> PackedColumn? {
    guard random.number(below: 8) > 0 else { return nil }
    // Of many columns every cell is plain.
    let kinds = Bool.random(using: &random) ? 2 : Self.pieces.count
    var column = PackedColumn()
    for _ in 0..<rows {
      for _ in 0..<(random.number(below: 6) == 0 ? random.number(below: 4) : 1) {
        var value: [UInt8] = []
        for _ in 0..<random.number(below: 4) { value += Self.pieces[random.number(below: kinds)] }
        column.append(value)
      }
      column.endRecord()
    }
    return column
  }

  @Test("R5: any values in any columns", arguments: 0..<300)
  func lines(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let exact = Bool.random(using: &random)
    let rows = random.number(below: 12)
    let columns = (0..<1 + random.number(below: 4)).map { _ in column(&random, rows: rows) }
    var output: [UInt8] = []
    CSVCellWriter(exact: exact).appendLines(columns, rows: 0..<rows, to: &output)
    let expected = (0..<rows).map { row in
      let cells = columns.map { column in
        column.map { column in
          cell(column.values(of: row).map { Array(column.value($0)) }, exact: exact)
        } ?? ""
      }
      let line = cells.joined(separator: ",")
      return (line.isEmpty ? "\"\"" : line) + "\r\n"
    }
    #expect(String(decoding: output, as: UTF8.self) == expected.joined())
  }
}
