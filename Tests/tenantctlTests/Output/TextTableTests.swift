import Testing
import TenantCore

@testable import tenantctl

@Suite("Tables")
struct TextTableTests {
  private let plain = TextStyle(noColor: true)

  @Test("Columns are as wide as their widest cell, and no line ends in spaces")
  func columns() {
    var table = TextTable(["Login", "Mail"])
    table.add(["jsmith", "j@a.example"])
    table.add(["山田", ""])
    #expect(
      table.lines(width: nil, style: plain) == [
        "Login   Mail", "jsmith  j@a.example", "山田",
      ])
  }

  @Test("On a terminal no line is wider than it", arguments: [40, 60, 80, 200])
  func fits(width: Int) {
    var table = TextTable(["Login", "Mail", "Status", "Reason"])
    for _ in 0..<3 {
      table.add([
        "a.very.long.login", "someone@subsidiary.example", "Not Matched",
        String(repeating: "名", count: 50),
      ])
    }
    let lines = table.lines(width: width, style: plain)
    #expect(lines.allSatisfy { DisplayText.width($0) <= width })
  }

  @Test("Without a terminal nothing is cut")
  func nothingCut() {
    var table = TextTable(["Reason", "Next"])
    let long = String(repeating: "because ", count: 40) + "end"
    table.add([long, "x"])
    #expect(table.lines(width: nil, style: plain)[1] == long + "  x")
  }

  @Test("A cell cannot write to the terminal")
  func escapes() {
    var table = TextTable(["Login"])
    table.add(["\u{1B}]0;owned\u{7}"])
    #expect(table.lines(width: 80, style: plain).allSatisfy { !$0.contains("\u{1B}") })
  }

  @Test("A long table written in pieces has one heading and one set of widths")
  func pieces() {
    var table = TextTable(["Login", "State"])
    table.add(["longest-login", "found"])
    var lines = table.takeLines(width: nil, style: plain)
    table.add(["a", "linked"])
    lines += table.takeLines(width: nil, style: plain)
    #expect(lines == ["Login          State", "longest-login  found", "a              linked"])
  }

  @Test("A cell's colour does not move its neighbours")
  func colours() {
    var table = TextTable(
      ["Status", "State"], paint: { cell, shown in cell == "on" ? "<\(shown)>" : shown })
    table.add(["on", "x"])
    #expect(table.lines(width: nil, style: plain)[1] == "<on>      x")
  }
}
