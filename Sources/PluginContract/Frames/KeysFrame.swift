/// A matcher's answer: the body of a frame of kind `keys`.
///
/// Shape: `request`, the number of records, the keys as a packed column, for each key its rule and
/// then for each the index of its value (`UInt16` each), the number of verdicts, and for each the
/// record, its kind (1 skip, 2 fail), the length of its text and the text in UTF-8. Verdicts stand
/// in the order of their records.
package struct KeysFrame: Sendable {
  /// The question's number.
  package var request: UInt32
  /// The answers.
  package var keys: KeyBatch

  /// The most keys of one record that a host takes: each is compared with the others.
  package static let maximumKeysOfRecord = 4096
  /// The most keys of a batch that a host takes.
  package static let maximumKeys = 64 * RecordBatch.maximumCount

  private static let skip: UInt32 = 1
  private static let fail: UInt32 = 2

  /// Makes an answer.
  package init(request: UInt32, keys: KeyBatch) {
    self.request = request
    self.keys = keys
  }

  /// The frame.
  package func frame() throws(FrameError) -> Frame {
    var writer = ByteWriter()
    writer.reserve(32 + 4 * keys.recordCount + 8 * keys.rules.count + keys.keys.bytes.count)
    writer.number(request)
    writer.number(keys.recordCount)
    keys.keys.write(to: &writer)
    writer.numbers(keys.rules)
    writer.numbers(keys.valueIndexes)
    writer.number(keys.verdicts.count)
    for (record, verdict) in keys.verdicts.sorted(by: { $0.key < $1.key }) {
      let (kind, text) =
        switch verdict {
        case .skip(let rule): (Self.skip, rule)
        case .fail(let message): (Self.fail, message)
        }
      let bytes = Self.cut(text)
      writer.number(record)
      writer.number(kind)
      writer.number(bytes.count)
      writer.bytes(bytes)
    }
    guard writer.bytes.count <= Frame.maximumLength else {
      throw FrameError("the keys of a batch have \(writer.bytes.count) bytes, more than a frame's")
    }
    return Frame(.keys, writer.bytes)
  }

  /// Reads a body: whatever a plugin may send, each number in it is checked.
  package init(_ body: [UInt8]) throws(FrameError) {
    var reader = ByteReader(body)
    request = try reader.number()
    let count = Int(try reader.number())
    guard count <= RecordBatch.maximumCount else {
      throw FrameError(
        "an answer has \(count) records, more than the \(RecordBatch.maximumCount) of a batch")
    }
    let packed = try PackedColumn(records: count, from: &reader)
    let rules = try reader.numbers(packed.valueCount, UInt16.self)
    let indexes = try reader.numbers(packed.valueCount, UInt16.self)
    let most = (0..<count).map { packed.values(of: $0).count }.max() ?? 0
    guard packed.valueCount <= Self.maximumKeys, most <= Self.maximumKeysOfRecord else {
      throw FrameError(
        "an answer has \(packed.valueCount) keys, \(most) of one record; allowed are "
          + "\(Self.maximumKeys) and \(Self.maximumKeysOfRecord)")
    }
    for key in 0..<packed.valueCount {
      let length = packed.byteRange(ofValue: key).count
      guard (1...KeyBatch.maximumKeyLength).contains(length) else {
        throw FrameError(
          "a key has \(length) bytes, and 1 to \(KeyBatch.maximumKeyLength) are allowed")
      }
    }
    let verdicts = try Self.verdicts(from: &reader, records: count)
    try reader.end()
    keys = KeyBatch(keys: packed, rules: rules, valueIndexes: indexes, verdicts: verdicts)
  }

  /// A verdict's text in UTF-8, cut between two characters where it is too long.
  private static func cut(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.count > KeyBatch.maximumKeyLength else { return bytes }
    var end = KeyBatch.maximumKeyLength
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return Array(bytes[..<end])
  }

  private static func verdicts(
    from reader: inout ByteReader, records: Int
  ) throws(FrameError) -> [Int: Verdict] {
    var verdicts: [Int: Verdict] = [:]
    var next = 0
    for _ in 0..<(try reader.count(of: 12)) {
      let record = Int(try reader.number())
      let kind = try reader.number()
      let length = try reader.count(of: 1)
      guard record < records, length <= KeyBatch.maximumKeyLength else {
        throw FrameError("a verdict of \(length) bytes on record \(record) of \(records)")
      }
      guard record >= next else {
        throw FrameError("a verdict on record \(record) is not in the records' order")
      }
      next = record + 1
      let text = String(decoding: try reader.bytes(length), as: UTF8.self)
      switch kind {
      case skip: verdicts[record] = .skip(rule: text)
      case fail: verdicts[record] = .fail(message: text)
      default: throw FrameError("a verdict is of kind \(kind), and 1 and 2 are known")
      }
    }
    return verdicts
  }
}
