import Harness
import Testing

@testable import PluginContract

@Suite("Frames of rows")
struct RowsFrameTests {
  @Test("rows arrive as they were sent", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let sent = Samples.rows(&random)
    let frame = try RowsFrame.frame(sent)
    let read = try RowsFrame.batch(frame.body, columns: Samples.columns)
    #expect(frame.kind == .rows)
    #expect(read.count == sent.count)
    #expect(read.columns == sent.columns)
    for column in sent.columns { #expect(read.values(of: column) == sent.values(of: column)) }
    #expect(try RowsFrame.frame(read).bytes == frame.bytes)
  }

  static let malformed: [(String, Body, String)] = [
    ("too many rows", .numbers(4097, 1), "4097 rows are more than the 4096"),
    ("too few columns", .numbers(0, 0), "rows have 0 columns, but 1 were announced"),
    ("columns beyond counting", .numbers(1, .max), "rows have 4294967295 columns"),
    ("no column", .numbers(1, 1), "too early"),
    ("rows beyond the end", .numbers(4096, 1, 0, 0), "before the last of 4096"),
    ("other rows than announced", Body(.numbers(1, 1), .column("a", "b")), "ends do not rise"),
    ("bytes after the end", Body(.numbers(1, 1), .column("a"), .raw(0)), "1 bytes too many"),
  ]

  @Test("what is malformed is an error that says what is wrong", arguments: malformed)
  func isRefused(name: String, body: Body, message: String) {
    let error = #expect(throws: FrameError.self, "\(name)") {
      try RowsFrame.batch(body.bytes, columns: [.status])
    }
    let description = error?.description ?? ""
    #expect(description.contains(message), "\(name): \(description)")
  }

  @Test("rows that are too large for a frame are not sent")
  func tooLarge() {
    var batch = RowBatch(columns: [.status])
    batch.fill(.status, [UInt8](repeating: 1, count: Frame.maximumLength))
    #expect(throws: FrameError.self) { try RowsFrame.frame(batch) }
  }
}
