import Testing

@testable import TenantCore

@Suite("A CSV file with column names")
struct CSVTableTests {
  private func rows(_ text: String) throws -> [[String]] {
    guard var table = try CSVTable(TextFile(Array(text.utf8))) else { return [] }
    var record = CSVRecord()
    var rows = [table.header.names]
    while try table.next(&record) {
      rows.append((0..<record.count).map { table.text($0, of: record) })
    }
    return rows
  }

  private func failure(_ text: String) throws -> TextError? {
    #expect(throws: TextError.self) { try rows(text) }
  }

  @Test("the names of a second file that was joined are passed over, with its mark and #TYPE")
  func joined() throws {
    let one = "\u{FEFF}#TYPE T\r\n\"a\";\"b\"\r\n\"1\";\"2\"\r\n"
    #expect(try rows(one + one) == [["a", "b"], ["1", "2"], ["1", "2"]])
    #expect(try rows(one + "a;b\n3;4\n") == [["a", "b"], ["1", "2"], ["3", "4"]])
  }

  @Test("names in another order would give the rows behind them another meaning: refused")
  func otherOrder() throws {
    let error = try #require(try failure("a,b\n1,2\nb,a\n3,4\n"))
    #expect(error.line == 3)
    #expect(error.message.contains("column names again"))
    #expect(try rows("a,b,\n,,\na,1,\n") == [["a", "b", ""], ["", "", ""], ["a", "1", ""]])
  }

  @Test("a file without a record has no names", arguments: ["", "\n", "\u{FEFF}", "#TYPE x\n"])
  func empty(text: String) throws {
    #expect(try rows(text) == [])
  }

  @Test("names are bounded in number and length")
  func bounds() throws {
    let names = (0..<1025).map { "c\($0)" }
    #expect(try rows(names.dropLast().joined(separator: ",")) == [Array(names.dropLast())])
    #expect(
      try failure(names.joined(separator: ","))?.message
        == "there are 1025 column names; 1024 are allowed")
    let name = String(repeating: "x", count: 257)
    #expect(try failure("a,\(name)\n")?.message.contains("column 2 is longer than 256") == true)
  }

  @Test(
    "of columns that mean the same, equal or one blank is fine (M5), different is refused (T2)",
    arguments: [
      ("x,x", "x"), ("x,", "x"), (",x", "x"), ("  ,x", "x"), (",", ""), ("x, X ", "x"),
      ("x,y", nil), ("é,e", nil),
    ])
  func twins(row: String, value: String?) throws {
    var table = try #require(try CSVTable(TextFile(Array("mail,EmailAddress\n\(row)\n".utf8))))
    var record = CSVRecord()
    #expect(try table.next(&record))
    if let value {
      #expect(try Array(table.bytes[table.cell(of: [0, 1], in: record)]) == Array(value.utf8))
    } else {
      let error = try #require(
        #expect(throws: TextError.self) { try table.cell(of: [0, 1], in: record) })
      #expect(error.line == 2)
      #expect(error.message.hasPrefix("the columns 'mail' and 'EmailAddress' mean the same"))
    }
  }
}
