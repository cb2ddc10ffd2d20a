import PluginContract

@testable import XLSXExporter

/// The header of an export of `acme`.
func header(
  _ columns: [RowColumn] = RowColumn.standard, table: Bool = true,
  completedAt: String = "2026-11-22T13:00:04Z"
) -> ExportHeader {
  ExportHeader(
    tenant: "acme", run: 12, startedAt: "2026-11-22T13:00:00Z", completedAt: completedAt,
    live: false, countsByState: [("linked", 2), ("unmatched", 1)], matched: 2, notMatched: 1,
    columns: columns,
    options: OptionValues(
      ["table": .boolean(table)], declared: xlsxExporter.declaration.options))
}

/// A whole file, the rows cut into batches of `size`.
func export(
  _ exporter: (any Exporter)? = nil, _ header: ExportHeader = header(),
  rows: [[RowColumn: [String]]], summary: ExportSummary = ExportSummary(),
  size: Int = RowBatch.maximumCount
) throws -> [UInt8] {
  var exporter = try exporter ?? xlsxExporter.make()
  var bytes = try exporter.begin(header)
  for start in stride(from: 0, to: rows.count, by: size) {
    var batch = RowBatch(columns: header.columns)
    for row in rows[start..<min(start + size, rows.count)] { batch.appendRow { row[$0] ?? [] } }
    bytes += try exporter.write(batch)
  }
  try exporter.end(summary) { bytes += $0 }
  return bytes
}

/// A file of one column.
func export(logins: [[UInt8]]) throws -> [UInt8] {
  var batch = RowBatch(columns: [.activeDirectoryLogin])
  for login in logins { batch.fill(.activeDirectoryLogin, login) }
  var exporter = try xlsxExporter.make()
  var bytes = try exporter.begin(header([.activeDirectoryLogin]))
  bytes += try exporter.write(batch)
  return bytes + (try exporter.end(ExportSummary()))
}

/// Three users.
let people: [[RowColumn: [String]]] = [
  [.activeDirectoryLogin: ["ajones"], .status: ["Not Matched"]],
  [
    .activeDirectoryLogin: ["jsmith"], .smtpAddress: ["j.smith@acme.example"],
    .status: ["Matched"],
  ],
  [
    .activeDirectoryLogin: ["jürgen"], .smtpAddress: ["jürgen.groß@acme.example"],
    .status: ["Matched"],
  ],
]

/// Texts that a spreadsheet, XML or a careless program could take for something else.
let awkward = [
  "=1+1", "=HYPERLINK(\"http://phish.example\")", "+49 30 1", "-x", "@SUM(A1)", "\t=2", "\r=3",
  "=cmd|' /C calc'!A0", "{=1+1}", "http://acme.example", "mailto:a@acme.example", "0042", "1e5",
  "TRUE", "2026-11-22", "Smith, John", "say \"hi\"", "two\nlines", "a\r\nb", " padded ",
  "'=quoted", "<b>&amp;</b>", "]]>", "👩🏽‍💻 emoji", "שלום", "\u{202E}nimda", "e\u{301}",
  "\u{1}\u{8}\u{1F}",
  "\u{7F}\u{85}", "\u{FFFE}\u{FFFF}", "\u{1FFFE}", "_x0041_", "_x0041\u{1}", "_x005F_x0041_", "_x_",
  "\u{FEFF}mark", "\u{2028}",
]
