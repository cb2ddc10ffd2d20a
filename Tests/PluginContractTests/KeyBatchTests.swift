import PluginContract
import Testing

@Suite("Key batches")
struct KeyBatchTests {
  private func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x61, count: count) }

  @Test("a record has its keys in order, each with its rule and its value's index")
  func shape() {
    var keys = KeyBatch()
    keys.add(Array("a".utf8), rule: 1)
    keys.add(Array("xbx".utf8)[1..<2], rule: 0, valueIndex: 7)
    keys.endRecord()
    keys.endRecord()
    keys.add("c".utf8, rule: 2)
    keys.endRecord()
    #expect(keys.recordCount == 3)
    #expect((0..<3).map { keys.keys.texts(of: $0) } == [["a", "b"], [], ["c"]])
    #expect(keys.rules == [1, 0, 2])
    #expect(keys.valueIndexes == [0, 7, 0])
  }

  @Test("M5: an empty key is nothing")
  func emptyKey() {
    var keys = KeyBatch()
    keys.add([], rule: 0)
    keys.endRecord()
    #expect(keys.keys.valueCount == 0)
    #expect(keys.rules.isEmpty)
  }

  @Test("a key that is too long fails its record, it is not cut")
  func longKey() {
    var keys = KeyBatch()
    keys.add(bytes(KeyBatch.maximumKeyLength), rule: 0)
    keys.endRecord()
    keys.add(bytes(KeyBatch.maximumKeyLength + 1), rule: 0)
    keys.endRecord()
    #expect(keys.keys.valueCount == 1)
    #expect(
      keys.verdicts == [1: .fail(message: "a value of 1025 bytes is longer than the 1024 of a key")]
    )
  }

  @Test("another batch's keys are added with their rules moved, for a matcher of matchers")
  func combining() {
    var other = KeyBatch()
    for texts in [["a", "bc"], [], ["d"]] {
      for (index, text) in texts.enumerated() { other.add(text.utf8, rule: index, valueIndex: 5) }
      other.endRecord()
    }
    var keys = KeyBatch()
    keys.reserve(records: 3, keys: 6, bytes: 8)
    for record in 0..<3 {
      keys.add("own".utf8, rule: 0)
      keys.add(keysOf: record, in: other, firstRule: 10)
      keys.endRecord()
    }
    #expect(
      (0..<3).map { keys.keys.texts(of: $0) } == [["own", "a", "bc"], ["own"], ["own", "d"]])
    #expect(keys.rules == [0, 10, 11, 0, 0, 10])
    #expect(keys.valueIndexes == [0, 5, 5, 0, 0, 5])
  }

  @Test("the first verdict stays, but a failure wins over a skip")
  func verdicts() {
    var keys = KeyBatch()
    keys.skip("one")
    keys.skip("two")
    keys.endRecord()
    keys.skip("one")
    keys.fail("first")
    keys.fail("second")
    keys.skip("three")
    keys.endRecord()
    #expect(keys.verdicts == [0: .skip(rule: "one"), 1: .fail(message: "first")])
  }

  @Test("no number that a plugin gives ends the program", arguments: [-1, 65_536, Int.max])
  func strangeNumbers(number: Int) {
    var keys = KeyBatch()
    keys.add(bytes(1), rule: number, valueIndex: number)
    keys.endRecord()
    #expect(keys.rules.count == 1)
  }
}
