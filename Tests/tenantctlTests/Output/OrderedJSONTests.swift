import Foundation
import Testing
import TenantCore

@testable import tenantctl

@Suite("JSON in order")
struct OrderedJSONTests {
  @Test("Members keep their order, on one line where they fit")
  func order() {
    let value: OrderedJSON = ["b": 1, "a": [true, "x"], "c": [:], "d": []]
    #expect(value.lines() == #"{"b": 1, "a": [true, "x"], "c": {}, "d": []}"#)
  }

  @Test("What is too long for a line of 100 columns stands on several, indented")
  func breaks() {
    let long = OrderedJSON.text(String(repeating: "x", count: 60))
    let value: OrderedJSON = ["first": long, "then": [1, long, [long, 2]]]
    let text = value.lines(indentation: "  ")
    let expected = """
      {
          "first": \(long.line),
          "then": [
            1,
            \(long.line),
            [\(long.line), 2]
          ]
        }
      """
    #expect(text == expected)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("A line may be 99 columns and a comma, and no longer")
  func limit() {
    let fits = OrderedJSON.list([.text(String(repeating: "x", count: 95))])
    #expect(fits.line.count == 99)
    #expect(fits.lines() == fits.line)
    #expect(fits.lines(after: 1).contains("\n"))
    #expect(fits.lines(indentation: " ").contains("\n"))
  }

  @Test(
    "A text means the same to a reader, and can do nothing to a terminal",
    arguments: [
      "plain", "quote \" and \\", "line\nbreak\u{7}", "\u{1B}[2J", "\u{9B}2J", "a\u{202E}b",
      "\u{E0041}tag", "Grüße", "👩‍🚀", "",
    ])
  func escapes(text: String) throws {
    let line = OrderedJSON.text(text).line
    #expect(DisplayText.safe(line) == line)
    let read = try JSONDecoder().decode(String.self, from: Data(line.utf8))
    #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars))
  }
}
