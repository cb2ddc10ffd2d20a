import TenantCore
import Testing

@Suite("CSV as RFC 4180 and Windows write it")
struct CSVScannerTests {
  private func records(_ bytes: [UInt8]) throws -> [[String]] {
    var scanner = try CSVScanner(bytes)
    var record = CSVRecord()
    var records: [[String]] = []
    while try scanner.next(&record) { records.append((0..<record.count).map { record.text($0) }) }
    return records
  }

  private func utf16(_ text: String, isLittleEndian: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
      let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8))
      return isLittleEndian ? [low, high] : [high, low]
    }
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
    ])
  func parses(text: String, expected: [[String]]) throws {
    #expect(try records(Array(text.utf8)) == expected)
  }

  @Test("byte order marks and UTF-16 change nothing")
  func encodings() throws {
    let text = "ä,\"b\r\n€\"\r\n😀,\r\n"
    let expected = [["ä", "b\r\n€"], ["😀", ""]]
    #expect(try records(Array(text.utf8)) == expected)
    #expect(try records([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == expected)
    #expect(try records(utf16(text, isLittleEndian: true)) == expected)
    #expect(try records(utf16(text, isLittleEndian: false)) == expected)
  }

  @Test("a record knows the line on which it begins")
  func lines() throws {
    var scanner = try CSVScanner(Array("#TYPE x\na\n\n\"b\nb\"\nc\n".utf8))
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
        CSVError(line: 2, message: "a quoted field is not closed before the file ends")
      ),
      ("a\n\"b\"c\n", CSVError(line: 2, message: "text follows the closing quote of a field")),
    ])
  func malformed(text: String, expected: CSVError) {
    #expect(throws: expected) { try records(Array(text.utf8)) }
  }

  @Test("broken UTF-16 is refused", arguments: [[0xFF, 0xFE, 0x41], [0xFF, 0xFE, 0x00, 0xDC]])
  func brokenUTF16(bytes: [UInt8]) {
    #expect(throws: CSVError.self) { try records(bytes) }
  }

  @Test("bytes that are not UTF-8 are kept as they are, for the reader to judge (M14)")
  func invalidBytes() throws {
    var scanner = try CSVScanner([0x61, 0xFF, 0x2C, 0x62, 0x0A])
    var record = CSVRecord()
    #expect(try scanner.next(&record))
    #expect(Array(record.field(0)) == [0x61, 0xFF])
  }
}
