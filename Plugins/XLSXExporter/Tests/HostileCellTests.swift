import PluginContract
import Testing

@Suite("xlsx: nothing of a directory is run (R5)", .timeLimit(.minutes(10)))
struct HostileCellTests {
  @Test("a reader gets every text as it was, formulas and escapes included")
  func texts() throws {
    let sheets = try Office.sheets(try export(logins: awkward.map { Array($0.utf8) }))
    let found = try cells(sheets["Users"]).dropFirst().map { $0.joined(separator: "|") }
    #expect(found.count == awkward.count)
    for (text, cell) in zip(awkward, found) {
      // LibreOffice breaks lines in its own way.
      let wanted = text.replacing("\r\n", with: "\n")
      #expect(
        Array(cell.unicodeScalars) == Array(wanted.unicodeScalars), "\(text.debugDescription)")
    }
  }

  @Test("the XML is valid and holds no formula, no link and no number, and typing gives text again")
  func markup() throws {
    let rows = awkward.map { [RowColumn.activeDirectoryLogin: [$0], .smtpAddress: [$0]] }
    let summary = ExportSummary(unclaimed: awkward, findings: [])
    let book = try export(rows: rows, summary: summary)
    let found = try Office.lines(
      book,
      python: """
        for name in book.namelist(): xml.fromstring(book.read(name))
        sheets = [book.read(name).decode() for name in book.namelist() if 'worksheets/' in name]
        print(len(sheets), *[len(re.findall('<%s[ >/]' % tag, ''.join(sheets)))
            for tag in ('f', 'v', 'hyperlink')])
        print(*sorted(set(re.findall(r'<c r="[A-Z0-9]+" (.*?)>', ''.join(sheets)))))
        print(*re.findall(r'<xf numFmtId="(\\d+)"', book.read('xl/styles.xml').decode())[-2:])
        print([name for name in book.namelist() if 'rels' in name and 'sheet' in name])
        """)
    #expect(found == ["3 0 0 0", "s=\"1\" t=\"inlineStr\" s=\"2\" t=\"inlineStr\"", "49 49", "[]"])
  }

  @Test("bytes that are not UTF-8 are repaired, a zero is replaced")
  func repaired() throws {
    let logins: [[UInt8]] = [
      [0x3D, 0xFF, 0x41], [0xED, 0xA0, 0x80], [0xC3], [0x41, 0, 0x42], [0],
    ]
    let sheets = try Office.sheets(try export(logins: logins))
    #expect(
      try cells(sheets["Users"]).dropFirst() == [
        ["=\u{FFFD}A"], ["\u{FFFD}\u{FFFD}\u{FFFD}"], ["\u{FFFD}"], ["A\u{FFFD}B"], ["\u{FFFD}"],
      ])
  }
}
