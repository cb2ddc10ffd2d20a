import Harness
import Testing

@testable import PluginContract

@Suite("Frames of keys")
struct KeysFrameTests {
  @Test("an answer arrives as it was given", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let given = Samples.answer(&random)
    let frame = try given.frame()
    let read = try KeysFrame(frame.body)
    #expect(frame.kind == .keys)
    #expect(read.request == given.request)
    #expect(read.keys.keys == given.keys.keys)
    #expect(read.keys.rules == given.keys.rules)
    #expect(read.keys.valueIndexes == given.keys.valueIndexes)
    #expect(read.keys.verdicts == given.keys.verdicts)
    #expect(try read.frame().bytes == frame.bytes)
  }

  @Test("a key of 1,024 bytes and a full batch fit")
  func limits() throws {
    var keys = KeyBatch()
    for _ in 0..<RecordBatch.maximumCount {
      keys.add([UInt8](repeating: 1, count: KeyBatch.maximumKeyLength), rule: 0)
      keys.endRecord()
    }
    let read = try KeysFrame(KeysFrame(request: 1, keys: keys).frame().body)
    #expect(read.keys.keys == keys.keys)
  }

  @Test("a verdict's text is cut to 1,024 bytes, between two characters")
  func longVerdict() throws {
    var keys = KeyBatch()
    keys.fail("x" + String(repeating: "ß", count: 1000))
    keys.endRecord()
    let frame = try KeysFrame(request: 1, keys: keys).frame()
    let read = try KeysFrame(frame.body)
    #expect(read.keys.verdicts[0] == .fail(message: "x" + String(repeating: "ß", count: 511)))
    #expect(try read.frame().bytes == frame.bytes)
  }

  @Test("a verdict's text that is not UTF-8 is repaired")
  func repairedVerdict() throws {
    let body = Body(.numbers(1, 1, 0, 0, 0), .numbers(1, 0, 2, 2), .raw(0x61, 0xFF))
    #expect(try KeysFrame(body.bytes).keys.verdicts[0] == .fail(message: "a\u{FFFD}"))
  }

  private static let longKey = String(repeating: "k", count: 1025)
  private static let noKeys = Body.numbers(7, 2, 0, 0, 0, 0)

  static let malformed: [(String, Body, String)] = [
    ("too many records", .numbers(7, 4097), "4097 records, more than the 4096"),
    ("records beyond the end", .numbers(7, 4096, 0, 0), "ends before the last of 4096"),
    ("keys beyond counting", .numbers(7, 1, .max, 0, 0), "counts 4294967295"),
    (
      "an empty key", Body(.numbers(7, 1), .column(""), .shorts(0, 0), .numbers(0)),
      "a key has 0 bytes"
    ),
    (
      "a key that is too long", Body(.numbers(7, 1), .column(longKey), .shorts(0, 0), .numbers(0)),
      "a key has 1025 bytes"
    ),
    ("no rules", Body(.numbers(7, 1), .column("a")), "before the last of 1 numbers"),
    ("no value indexes", Body(.numbers(7, 1), .column("a"), .shorts(0)), "before the last of 1"),
    ("verdicts beyond counting", Body(noKeys, .numbers(.max)), "counts 4294967295"),
    ("a verdict on nobody", Body(noKeys, .numbers(1, 2, 1, 0)), "on record 2 of 2"),
    (
      "two verdicts on one", Body(noKeys, .numbers(2, 0, 1, 0, 0, 2, 0)),
      "is not in the records' order"
    ),
    (
      "verdicts in another order", Body(noKeys, .numbers(2, 1, 1, 0, 0, 1, 0)),
      "is not in the records' order"
    ),
    ("a verdict of kind 0", Body(noKeys, .numbers(1, 0, 0, 0)), "a verdict is of kind 0"),
    ("a verdict of kind 3", Body(noKeys, .numbers(1, 0, 3, 0)), "a verdict is of kind 3"),
    ("a text beyond the end", Body(noKeys, .numbers(1, 0, 1, 9)), "counts 9 but has room"),
    (
      "a text that is too long", Body(noKeys, .numbers(1, 0, 1, 1025), .text(longKey)),
      "a verdict of 1025 bytes"
    ),
    ("bytes after the end", Body(noKeys, .numbers(0, 0)), "4 bytes too many"),
    ("nothing", Body(), "too early"),
  ]

  @Test("what is malformed is an error that says what is wrong", arguments: malformed)
  func isRefused(name: String, body: Body, message: String) {
    let error = #expect(throws: FrameError.self, "\(name)") { try KeysFrame(body.bytes) }
    let description = error?.description ?? ""
    #expect(description.contains(message), "\(name): \(description)")
  }
}
