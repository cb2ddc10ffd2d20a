import PluginContract
import Testing

@Suite("Record batches")
struct RecordBatchTests {
  private func batch() -> RecordBatch {
    var builder = RecordBatchBuilder(text: ["mail", "sn"], opaque: ["photo"], directory: 2)
    builder.append(Array(" A@ACME.example ".utf8), to: 0)
    builder.append(Array("B@acme.example".utf8), to: 0)
    builder.append([0xFF, 0x00] as [UInt8], to: 2)
    builder.endRecord()
    builder.endRecord()
    return builder.finish()
  }

  @Test("values are kept as read and folded once on their way in (M5)")
  func folding() throws {
    let mail = try #require(batch().column("mail"))
    #expect(mail.raw.texts(of: 0) == [" A@ACME.example ", "B@acme.example"])
    #expect(mail.canonical.texts(of: 0) == ["a@acme.example", "b@acme.example"])
    #expect(mail.canonical.texts(of: 1).isEmpty)
  }

  @Test("records that are not kept have no values, and all keep their numbers")
  func keeping() throws {
    let kept = batch().keeping { $0 == 0 }
    #expect(kept.columns.map(\.raw) == batch().columns.map(\.raw))
    #expect(kept.columns.map(\.canonical) == batch().columns.map(\.canonical))
    let none = batch().keeping { _ in false }
    #expect(none.count == 2 && none.directory == 2)
    #expect(none.columns.map(\.raw.recordCount) == [2, 2, 2])
    #expect(none.columns.map(\.canonical.recordCount) == [2, 2, 0])
    #expect(none.columns.allSatisfy { $0.raw.valueCount == 0 && $0.canonical.valueCount == 0 })
  }

  @Test("every column has every record, opaque ones no canonical form")
  func shape() throws {
    let batch = batch()
    #expect(batch.count == 2)
    #expect(batch.directory == 2)
    #expect(batch.columns.map(\.raw.recordCount) == [2, 2, 2])
    #expect(batch.columns.map(\.canonical.recordCount) == [2, 2, 0])
    #expect(batch.column("photo")?.raw.first(of: 0).map { Array($0) } == [0xFF, 0x00])
    #expect(batch.column("MAIL") == nil)
  }

  @Test("M14: text that is not UTF-8 is reported, kept raw, and empty in canonical form")
  func undecodable() throws {
    var builder = RecordBatchBuilder(text: ["mail"], directory: nil)
    let decoded = [
      builder.append([0x41, 0xFF] as [UInt8], to: 0), builder.append(Array("B".utf8), to: 0),
    ]
    builder.endRecord()
    #expect(decoded == [false, true])
    let mail = try #require(builder.finish().column("mail"))
    #expect(mail.raw.first(of: 0).map { Array($0) } == [0x41, 0xFF])
    #expect(mail.canonical.texts(of: 0) == ["", "b"])
  }

  @Test("a plugin gets the columns that it declared and no others")
  func selecting() {
    let selected = batch().selecting(["sn", "cn"])
    #expect(selected.columns.map(\.name) == ["sn"])
    #expect(selected.count == 2)
    #expect(selected.directory == 2)
    #expect(batch().selecting([]).count == 2)
  }

  @Test("a batch says when it is full")
  func full() {
    var builder = RecordBatchBuilder(text: ["mail"], directory: nil)
    for _ in 1..<RecordBatch.maximumCount { builder.endRecord() }
    #expect(!builder.isFull)
    builder.endRecord()
    #expect(builder.isFull)
    #expect(builder.count == 4096)
  }
}
