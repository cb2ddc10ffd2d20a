import Testing

@testable import PluginContract

@Suite("Packed columns")
struct PackedColumnTests {
  @Test("a record has none, one or several values, in the order in which they came")
  func shape() {
    var column = PackedColumn()
    column.appendRecord(text: nil)
    column.appendRecord(text: "one")
    for text in ["two", "", "three"] { column.append(Array(text.utf8)) }
    column.endRecord()
    column.appendRecord(text: "")
    #expect(column.recordCount == 4)
    #expect(column.valueCount == 5)
    #expect((0..<4).map { column.texts(of: $0) } == [[], ["one"], ["two", "", "three"], [""]])
    #expect((0..<4).map { column.text(of: $0) } == [nil, "one", "two", ""])
    #expect(column.first(of: 0) == nil)
    #expect(column.byteRange(ofValue: 3) == 6..<11)
  }

  @Test("a record that is not closed is none")
  func openRecord() {
    var column = PackedColumn()
    column.append(Array("x".utf8))
    #expect(column.recordCount == 0)
    #expect(column.valueCount == 1)
  }

  @Test("values come from foreign memory and slices alike")
  func sources() {
    var column = PackedColumn()
    Array("raw".utf8).withUnsafeBytes { column.append($0) }
    column.append(Array("xslicex".utf8)[1..<6])
    column.append("text".utf8)
    column.endRecord()
    #expect(column.texts(of: 0) == ["raw", "slice", "text"])
  }

  @Test("invalid UTF-8 is kept as bytes and repaired as text")
  func invalidText() {
    var column = PackedColumn()
    column.appendRecord([0x61, 0xFF] as [UInt8])
    #expect(column.first(of: 0).map { Array($0) } == [0x61, 0xFF])
    #expect(column.text(of: 0) == "a\u{FFFD}")
  }

  @Test("equal records are equal columns, whatever was reserved")
  func equality() {
    var one = PackedColumn()
    var other = PackedColumn()
    other.reserve(records: 10, bytes: 100)
    for text in ["a", nil, "b"] {
      one.appendRecord(text: text)
      other.appendRecord(text: text)
    }
    #expect(one == other)
    other.endRecord()
    #expect(one != other)
  }
}
