import PluginContract
import Testing

@testable import XLSXExporter

@Suite("xlsx: the limits of the format", .timeLimit(.minutes(10)))
struct LimitTests {
  @Test("a cell of more than 32,767 UTF-16 units is cut, and the summary says how many were")
  func longCells() throws {
    let longest = String(repeating: "a", count: 32_767)
    let texts = [
      longest, longest + "b", String(repeating: "x", count: 40_000),
      String(repeating: "😀", count: 16_383) + "a", String(repeating: "😀", count: 16_384),
    ]
    let sheets = try Office.sheets(try export(logins: texts.map { Array($0.utf8) }))
    let found = try cells(sheets["Users"]).dropFirst().map { $0.joined() }
    let cut = String(longest.dropLast()) + "…"
    try #require(found.count == 5)
    #expect(found[0] == longest)
    #expect(found[1] == cut)
    #expect(found[2] == String(repeating: "x", count: 32_766) + "…")
    #expect(found[3] == texts[3])
    #expect(found[4] == String(repeating: "😀", count: 16_383) + "…")
    #expect(
      try cells(sheets["Summary"]).last == [
        "Note", "cells cut, because the format holds 32767 characters in one: 3",
      ])
  }

  @Test("escapes count with all their characters, so that no reader finds a cell too long")
  func longEscapes() throws {
    let text = String(repeating: "_x0041_", count: 4_681)
    let sheets = try Office.sheets(try export(logins: [Array(text.utf8)]))
    let found = try cells(sheets["Users"])[1].joined()
    #expect(found.hasSuffix("…") && text.hasPrefix(found.dropLast()) && found.count > 10_000)
  }

  @Test("users beyond a sheet continue on the next, headings and all")
  func furtherSheets() throws {
    let rows = (1...7).map { [RowColumn.activeDirectoryLogin: ["u\($0)"]] }
    let summary = ExportSummary(unclaimed: ["a", "b", "c", "d"])
    let book = try export(
      XLSXExporter(rowLimit: 4), header([.activeDirectoryLogin]), rows: rows, summary: summary)
    let sheets = try Office.sheets(book)
    let heading = ["Active Directory Login"]
    #expect(try cells(sheets["Users"]) == [heading, ["u1"], ["u2"], ["u3"]])
    #expect(try cells(sheets["Users 2"]) == [heading, ["u4"], ["u5"], ["u6"]])
    #expect(try cells(sheets["Users 3"]) == [heading, ["u7"]])
    #expect(try cells(sheets["Unclaimed 2"]) == [["User"], ["d"]])
    #expect(
      try cells(sheets["Summary"]).last == [
        "Note", "the users are on 3 sheets, 'Users' to 'Users 3'",
      ])
  }

  @Test("a full sheet has 1,048,576 rows, and the next user is on the second")
  func realLimit() throws {
    var exporter = try xlsxExporter.make()
    _ = try exporter.begin(header([.status]))
    var batch = RowBatch(columns: [.status])
    for _ in 0..<RowBatch.maximumCount { batch.appendRow { _ in ["Matched"] } }
    for _ in 0..<1_048_576 / RowBatch.maximumCount { _ = try exporter.write(batch) }
    let found = try Office.lines(
      try exporter.end(ExportSummary()),
      python: """
        for number in (1, 2):
            sheet = book.read('xl/worksheets/sheet%d.xml' % number)
            print(sheet.count(b'<row '), sheet.rindex(b'<row r="1048576">') > 0 if number == 1 else '')
        print(*re.findall(r'<sheet name="(.*?)"', book.read('xl/workbook.xml').decode()), sep=', ')
        """)
    #expect(found == ["1048576 True", "2 ", "Users, Users 2, Summary"])
  }

  @Test("a sheet of more than 4 GiB is refused, with the remedy")
  func largeSheet() throws {
    try Workbook.check(sheetSize: Int(UInt32.max) - 1)
    let error = #expect(throws: WorkbookError.self) {
      try Workbook.check(sheetSize: Int(UInt32.max))
    }
    #expect(error?.message.hasSuffix("ask for fewer columns, or export csv") == true)
  }
}
