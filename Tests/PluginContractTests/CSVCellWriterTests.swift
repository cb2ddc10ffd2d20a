import PluginContract
import Testing

@Suite("CSV cells (RFC 4180, R5)")
struct CSVCellWriterTests {
  @Test(
    "a cell is quoted if it must be, and runs in no spreadsheet",
    arguments: [
      ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
      ("a\nb", "\"a\nb\""), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"),
      ("\tx", "'\tx"), ("\rx", "\"'\rx\""), ("=a,\"b\"", "\"'=a,\"\"b\"\"\""), ("a=b", "a=b"),
      ("Größe", "Größe"),
    ])
  func cell(text: String, written: String) {
    #expect(CSVCellWriter.line([text]) == written + "\r\n")
    #expect(CSVCellWriter.line(["x", text, ""]) == "x,\(written),\r\n")
  }
}
