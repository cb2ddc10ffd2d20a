/// Rows under headings, on as many sheets as they need: `Users`, `Users 2`, ….
struct TableSheet {
  private let name: String
  private let columns: [SheetColumn]
  private let rowLimit: Int
  /// Whether the heading stands still and has filters.
  private let isTable: Bool
  private var sheet = 0
  private var rowCount = 0
  /// The number of sheets so far.
  private(set) var sheetCount = 0

  /// Makes the first sheet, with its headings.
  init(
    _ name: String, _ columns: [SheetColumn], isTable: Bool, rowLimit: Int = Workbook.rowLimit,
    in workbook: Workbook
  ) throws {
    self.name = name
    self.columns = columns
    self.isTable = isTable
    self.rowLimit = rowLimit
    try addSheet(to: workbook)
  }

  /// Begins the next row, on a further sheet if this one is full.
  mutating func startRow(in workbook: Workbook) throws {
    if rowCount == rowLimit {
      try finish(in: workbook)
      try addSheet(to: workbook)
    }
    rowCount += 1
  }

  /// Writes a cell of the row.
  func write(_ text: [CChar], column: Int, in workbook: Workbook) throws {
    if columns[column].isBoolean, let value = Self.truth(text) {
      return try workbook.write(value, sheet: sheet, row: rowCount - 1, column: column)
    }
    try workbook.write(text, .text, sheet: sheet, row: rowCount - 1, column: column)
  }

  /// Fails if rows got lost.
  func checkWrites(in workbook: Workbook) throws { try workbook.checkWrites(sheet: sheet) }

  /// Says that there are no more rows.
  func finish(in workbook: Workbook) throws {
    guard isTable else { return }
    try workbook.addFilter(sheet: sheet, rows: rowCount, columns: columns.count)
  }

  private mutating func addSheet(to workbook: Workbook) throws {
    sheetCount += 1
    sheet = try workbook.addSheet(
      sheetCount == 1 ? name : "\(name) \(sheetCount)", widths: columns.map(\.width))
    if isTable { workbook.freezeHeading(sheet: sheet) }
    for (column, content) in columns.enumerated() {
      try workbook.write(
        Array(content.heading.utf8CString), .heading, sheet: sheet, row: 0, column: column)
    }
    rowCount = 1
  }

  private static func truth(_ text: [CChar]) -> Bool? {
    switch text {
    case Self.yes: true
    case Self.no: false
    default: nil
    }
  }

  private static let yes = Array("true".utf8CString)
  private static let no = Array("false".utf8CString)
}
