internal import FoundationEssentials
internal import Glibc
internal import PluginContract

/// The workbook of an export: what stands on which sheet.
final class ExportWorkbook {
  private let header: ExportHeader
  private let isTable: Bool
  private let rowLimit: Int
  private let workbook: Workbook
  private var users: TableSheet
  private var cell = CellText()

  /// Begins the sheet of users.
  init(_ header: ExportHeader, rowLimit: Int) throws {
    self.header = header
    self.rowLimit = rowLimit
    isTable = header.options.boolean(XLSXExporter.tableOption)
    workbook = try Workbook(
      createdAt: CreationTime.seconds(of: header.completedAt), in: Self.temporaryFolder)
    users = try TableSheet(
      "Users", header.columns.map { SheetColumn($0) }, isTable: isTable, rowLimit: rowLimit,
      in: workbook)
  }

  /// Adds users.
  func write(_ batch: RowBatch) throws {
    let values = header.columns.map { batch.values(of: $0) }
    for row in 0..<batch.count {
      try users.startRow(in: workbook)
      for (column, packed) in values.enumerated() {
        guard let packed, cell.take(packed, row: row) else { continue }
        try users.write(cell.characters, column: column, in: workbook)
      }
    }
    try users.checkWrites(in: workbook)
  }

  /// Adds what is known beside the rows, and gives the file.
  func finish(_ summary: ExportSummary) throws -> UnlinkedFile {
    try users.finish(in: workbook)
    // It stands before the other sheets and is written after them, because it counts their cuts.
    var overview = try TableSheet(
      "Summary",
      [SheetColumn(heading: "Item", width: 26), SheetColumn(heading: "Value", width: 70)],
      isTable: false, in: workbook)
    try writeTables(summary)
    for line in SummaryLines.lines(header, summary) { try write(line, to: &overview) }
    for note in SummaryLines.notes(userSheets: users.sheetCount, cutCells: cell.cutCount) {
      try write(["Note", note], to: &overview)
    }
    return try workbook.finish()
  }

  private func writeTables(_ summary: ExportSummary) throws {
    try writeTable(
      "Vanished links",
      [("State", 20), ("Object GUID", 38), ("Domain", 14), ("Login", 26), ("User", 26)],
      summary.vanishedLinks.map { [$0.state, $0.objectGUID, $0.domain, $0.login, $0.userName] })
    try writeTable("Unclaimed", [("User", 26)], summary.unclaimed.map { [$0] })
    try writeTable(
      "Findings", [("Code", 20), ("Subject", 30), ("Message", 70)],
      summary.findings.map { [$0.code, $0.subject ?? "", $0.message] })
  }

  private func writeTable(
    _ name: String, _ columns: [(heading: String, width: Double)], _ rows: [[String]]
  ) throws {
    guard !rows.isEmpty else { return }
    var table = try TableSheet(
      name, columns.map { SheetColumn(heading: $0.heading, width: $0.width) }, isTable: isTable,
      rowLimit: rowLimit, in: workbook)
    for row in rows { try write(row, to: &table) }
    try table.finish(in: workbook)
  }

  private func write(_ row: [String], to table: inout TableSheet) throws {
    try table.startRow(in: workbook)
    for (column, text) in row.enumerated() where cell.take(text) {
      try table.write(cell.characters, column: column, in: workbook)
    }
  }

  /// The folder that the host gives, which is also the current one.
  private static var temporaryFolder: String {
    unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
      ?? "."
  }
}

/// The time that a workbook says it was made at: the run's end, because the clock would make two
/// exports of the same rows differ (R4).
private enum CreationTime {
  /// The year 1980, the first that a zip archive knows; the library takes 0 for now.
  private static let earliest = 315_532_800
  /// The end of the year 9999, the last that RFC 3339 knows.
  private static let latest = 253_402_300_799

  /// Seconds since 1970 of a time as RFC 3339; the earliest if it is none.
  static func seconds(of text: String) -> time_t {
    guard let date = try? Date(text, strategy: .iso8601),
      let seconds = Int(exactly: date.timeIntervalSince1970.rounded(.down))
    else { return earliest }
    return min(max(seconds, earliest), latest)
  }
}
