internal import TenantCore

/// Rows of text in columns; the last column takes what the terminal leaves.
struct TextTable {
  let headings: [String]
  private(set) var rows: [[String]] = []
  private var widths: [Int] = []
  /// Gives a shown cell its colour; the first text is the whole cell.
  private let paint: @Sendable (String, String) -> String

  init(
    _ headings: [String], paint: @escaping @Sendable (String, String) -> String = { $1 }
  ) {
    self.headings = headings
    self.paint = paint
  }

  /// Adds a row; foreign text is made harmless.
  mutating func add(_ cells: [String]) { rows.append(cells.map { DisplayText.safe($0) }) }

  /// The lines, headings first.
  ///
  /// - Parameter width: the terminal's columns; nil if there is no terminal.
  func lines(width: Int?, style: TextStyle) -> [String] {
    var copy = self
    return copy.takeLines(width: width, style: style)
  }

  /// The lines of the rows so far, which are forgotten: a long table is written piece by piece. The
  /// first piece has the headings, and its cells decide how wide the columns are.
  mutating func takeLines(width: Int?, style: TextStyle) -> [String] {
    var lines: [String] = []
    if widths.isEmpty {
      widths = columnWidths(fitting: width)
      lines.append(style.bold(line(headings, isCut: width != nil) { $1 }))
    }
    lines += rows.map { row in line(row, isCut: width != nil) { paint(row[$0], $1) } }
    rows = []
    return lines
  }

  private func line(_ cells: [String], isCut: Bool, _ paint: (Int, String) -> String) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let text = isCut ? DisplayText.cut(cell, to: widths[index]) : cell
      line += paint(index, text)
      guard index + 1 < cells.count else { break }
      line += String(repeating: " ", count: max(0, widths[index] - DisplayText.width(text)) + 2)
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Without a terminal nothing is cut, and a longer cell pushes only its own row.
  private static let widestWithoutTerminal = 60

  /// A column of values, not of sentences, keeps this much where columns must give way.
  private static let comfortableWidth = 26

  /// Each column as wide as its widest cell. Where they do not fit, the widest gives way first: all
  /// but the last, which holds sentences, to a comfortable width, then any, down to its heading.
  private func columnWidths(fitting total: Int?) -> [Int] {
    var widths = headings.map { DisplayText.width($0) }
    let headingWidths = widths.map { max($0, 6) }
    for row in rows {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], DisplayText.width(cell))
      }
    }
    guard let total else { return widths.map { min($0, Self.widestWithoutTerminal) } }
    let available = total - 2 * (widths.count - 1)
    let comfortable = headingWidths.map { max($0, Self.comfortableWidth) }
    shrink(&widths, widths.indices.dropLast(), to: comfortable, available)
    shrink(&widths, widths.indices, to: headingWidths, available)
    return widths
  }

  private func shrink(
    _ widths: inout [Int], _ columns: Range<Int>, to least: [Int], _ available: Int
  ) {
    while widths.reduce(0, +) > available {
      let shrinkable = columns.filter { widths[$0] > least[$0] }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
    }
  }
}
