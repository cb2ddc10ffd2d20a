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
