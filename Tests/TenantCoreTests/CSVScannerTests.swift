import Testing

@testable import TenantCore

@Suite("CSV as RFC 4180 and Windows write it")
struct CSVScannerTests {
  private func records(_ text: String) throws -> [[String]] {
    var scanner = try CSVScanner(TextFile(Array(text.utf8)))
    var record = CSVRecord()
    var records: [[String]] = []
    while try scanner.next(&record) {
      records.append(record.cells.map { String(decoding: scanner.bytes[$0], as: UTF8.self) })
    }
    return records
  }

  @Test(
    "quotes, commas, line breaks and empty fields",
    arguments: [
      ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]), ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
      ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]), ("\"a\r\nb\",c\n", [["a\r\nb", "c"]]),
      (",\n", [["", ""]]), ("a,\n", [["a", ""]]), ("\"\",\"\"\n", [["", ""]]),
      ("a\n\n\r\nb\n", [["a"], ["b"]]), ("", []), ("\n\n", []), (" a , b \n", [[" a ", " b "]]),
      ("a\"b,c\n", [["a\"b", "c"]]), ("a\rb,c\n", [["a\rb", "c"]]),
      ("=1+1,@x\n", [["=1+1", "@x"]]),
      ("#TYPE Some.Type\r\na,b\r\n", [["a", "b"]]), ("#TYPE", []), ("\"a\"", [["a"]]),
      ("a,b\n\u{FEFF}#TYPE x\n\u{FEFF}\u{FEFF}\"c\",d\n", [["a", "b"], ["c", "d"]]),
      ("\u{FEFF}\u{FEFF}a,b\n", [["a", "b"]]),
    ])
  func parses(text: String, expected: [[String]]) throws {
    #expect(try records(text) == expected)
  }

  @Test(
    "the delimiter is the one that the first record has outside of quotes, or that sep= names",
    arguments: [
      ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
      ("a\tb\n1;2\t,\n", [["a", "b"], ["1;2", ","]]),
      ("\"a,b\";\"c\td\"\n1;2\n", [["a,b", "c\td"], ["1", "2"]]),
      ("\"a\"\"b;\",c\n1,2\n", [["a\"b;", "c"], ["1", "2"]]),
      ("a\n1,2\n", [["a"], ["1", "2"]]), ("a b\n", [["a b"]]),
      ("sep=;\r\na,b;c\r\n", [["a,b", "c"]]), ("\"sep=;\"\na,b;c\n", [["a,b", "c"]]),
      ("\u{FEFF}sep=\t\n#TYPE x\na,b\tc\n", [["a,b", "c"]]),
      ("#TYPE x\nsep=,\na,b;c\n", [["a", "b;c"]]), ("sep=;", []),
      ("sep=x=y,z\n", [["sep=x=y", "z"]]),
    ])
  func delimiters(text: String, expected: [[String]]) throws {
    #expect(try records(text) == expected)
  }

  @Test(
    "a delimiter that is not known, or not certain, is refused rather than guessed",
    arguments: [
      ("sep=|\na|b\n", 1, "the delimiter '|' of 'sep=' is unknown"),
      ("\na;b,c\n", 2, "separated by semicolons and by commas, so either may be the delimiter"),
      ("\"x\"\ty;z\n", 1, "separated by tabs and by semicolons"),
    ])
  func uncertainDelimiters(text: String, line: Int, words: String) throws {
    let error = try #require(#expect(throws: TextError.self) { try records(text) })
    #expect(error.line == line)
    #expect(error.message.contains(words))
  }

  @Test("a record knows the line on which it begins")
  func lines() throws {
    var scanner = try CSVScanner(TextFile(Array("#TYPE x\na\n\n\"b\nb\"\nc\n".utf8)))
    var record = CSVRecord()
    var lines: [Int] = []
    while try scanner.next(&record) { lines.append(record.line) }
    #expect(lines == [2, 4, 6])
  }

  @Test(
    "what is not CSV is named by its line",
    arguments: [
      (
        "a\n\"b\nc\n",
        TextError(line: 2, message: "a quoted field is not closed before the file ends")
      ),
      ("a\n\"b\"c\n", TextError(line: 2, message: "text follows the closing quote of a field")),
    ])
  func malformed(text: String, expected: TextError) {
    #expect(throws: expected) { try records(text) }
  }

  @Test(
    "a record knows whether the file ends within it",
    arguments: [
      ("a,b\n", true), ("a,b\r\n", true), ("a,b", false), ("a,\"b\"", false), ("a\r", false),
    ])
  func ends(text: String, isTerminated: Bool) throws {
    var scanner = try CSVScanner(TextFile(Array(text.utf8)))
    var record = CSVRecord()
    #expect(try scanner.next(&record))
    #expect(record.isTerminated == isTerminated)
  }
}
