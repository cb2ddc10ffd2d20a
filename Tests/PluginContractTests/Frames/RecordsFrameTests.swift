import Harness
import Testing

@testable import PluginContract

@Suite("Frames of records")
struct RecordsFrameTests {
  @Test("a question arrives as it was asked", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let asked = Samples.question(&random)
    let names = try #require(Samples.names(matcher: 0, side: asked.side))
    let frame = try asked.frame(names: names)
    let read = try RecordsFrame(frame.body, names: Samples.names)
    #expect(frame.kind == .records)
    #expect(read.request == asked.request)
    #expect(read.matcher == asked.matcher)
    #expect(read.side == asked.side)
    #expect(read.purpose == asked.purpose)
    #expect(read.batch.count == asked.batch.count)
    #expect(read.batch.directory == asked.batch.directory)
    #expect(read.batch.columns.map(\.name) == asked.batch.columns.map(\.name))
    #expect(read.batch.columns.map(\.raw) == asked.batch.columns.map(\.raw))
    #expect(read.batch.columns.map(\.canonical) == asked.batch.columns.map(\.canonical))
    #expect(try read.frame(names: names).bytes == frame.bytes)
  }

  @Test("a full batch fits, and only the columns that are named are sent")
  func fullBatch() throws {
    var builder = RecordBatchBuilder(text: ["mail", "secret"], directory: 0)
    while !builder.isFull {
      builder.append(Array("a@acme.example".utf8), to: 0)
      builder.append(Array("hidden".utf8), to: 1)
      builder.endRecord()
    }
    let asked = RecordsFrame(
      request: 1, matcher: 0, side: .directory, purpose: .candidates, batch: builder.finish())
    let read = try RecordsFrame(asked.frame(names: ["mail"]).body, names: Samples.names)
    #expect(read.batch.count == RecordBatch.maximumCount)
    #expect(read.batch.columns.map(\.name) == ["mail"])
  }

  @Test("a batch that is too large for a frame is not sent")
  func tooLarge() throws {
    var builder = RecordBatchBuilder(text: [], opaque: ["photo"], directory: 0)
    builder.append([UInt8](repeating: 1, count: Frame.maximumLength), to: 0)
    builder.endRecord()
    let asked = RecordsFrame(
      request: 1, matcher: 0, side: .directory, purpose: .candidates, batch: builder.finish())
    #expect(throws: FrameError.self) { try asked.frame(names: ["photo"]) }
  }

  /// Everything before the columns, of a batch of one record.
  private static func start(
    matcher: UInt32 = 0, flags: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0), count: UInt32 = 1,
    columns: UInt32 = 1
  ) -> Body {
    Body(
      .numbers(1, matcher), .raw(flags.0, flags.1, flags.2, flags.3), .numbers(0, count, columns))
  }

  static let malformed: [(String, Body, String)] = [
    ("an unknown matcher", start(matcher: 9, columns: 0), "there is no matcher 9"),
    ("a side of 2", start(flags: (2, 0, 0, 0), columns: 0), "the side is 2"),
    ("a purpose of 9", start(flags: (0, 9, 0, 0), columns: 0), "the purpose is 9"),
    ("bytes that must be zero", start(flags: (0, 0, 0, 1), columns: 0), "not zero"),
    ("too many records", start(count: 4097, columns: 0), "4097 records are more than the 4096"),
    ("records beyond counting", start(count: .max, columns: 0), "4294967295 records"),
    ("columns beyond counting", start(columns: .max), "counts 4294967295 but has room for 0"),
    (
      "an unknown column", Body(start(), .numbers(3, 0), .column("a")), "there is no column 3"
    ),
    (
      "an unknown form", Body(start(), .numbers(0, 2), .column("a")), "form is 2"
    ),
    (
      "a column twice",
      Body(start(columns: 2), .numbers(0, 0), .column("a"), .numbers(0, 0), .column("b")),
      "the column 'mail' comes twice"
    ),
    (
      "canonical values that are others",
      Body(start(), .numbers(0, 1), .column("a"), .numbers(0, 0, 0)),
      "the column 'mail' has other values in canonical form"
    ),
    (
      "values beyond counting", Body(start(), .numbers(0, 0, .max, 1, 0, 0)),
      "counts 4294967295 but has room for 3"
    ),
    (
      "bytes beyond counting", Body(start(), .numbers(0, 0, 1, .max, 1, 1)),
      "counts 4294967295 but has room for 8"
    ),
    (
      "ends beyond the total", Body(start(), .numbers(0, 0, 1, 1, 1, 2), .text("a")),
      "ends do not rise"
    ),
    (
      "records' ends that fall",
      Body(start(count: 2), .numbers(0, 0, 1, 1, 2, 1, 1), .text("a")), "ends do not rise"
    ),
    (
      "values' ends that fall",
      Body(start(), .numbers(0, 0, 2, 1, 2, 4, 1), .text("a")), "ends do not rise"
    ),
    (
      "values that belong to no record",
      Body(start(), .numbers(0, 0, 2, 2, 1, 1, 2), .text("ab")), "ends do not rise"
    ),
    (
      "values of no record at all",
      Body(start(count: 0), .numbers(0, 0, 1, 1, 1), .text("a")), "ends do not rise"
    ),
    (
      "bytes that belong to no value", Body(start(), .numbers(0, 0, 0, 1, 0), .text("a")),
      "ends do not rise"
    ),
    (
      "bytes after the end", Body(start(), .numbers(0, 0), .column("a"), .raw(0)),
      "a frame has 1 bytes too many"
    ),
  ]

  @Test("what is malformed is an error that says what is wrong", arguments: malformed)
  func isRefused(name: String, body: Body, message: String) {
    let error = #expect(throws: FrameError.self, "\(name)") {
      try RecordsFrame(body.bytes, names: Samples.names)
    }
    let description = error?.description ?? ""
    #expect(description.contains(message), "\(name): \(description)")
  }
}
