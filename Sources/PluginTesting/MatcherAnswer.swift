internal import PluginContract

/// A matcher's answer for one record, to be compared with another.
struct MatcherAnswer: Equatable, CustomStringConvertible {
  private struct Key: Equatable {
    let bytes: [UInt8]
    let rule: UInt16
    let valueIndex: UInt16
  }

  private let keys: [Key]
  private let verdict: Verdict?

  /// True if there is no key.
  var hasNoKeys: Bool { keys.isEmpty }

  private init(_ batch: KeyBatch, record: Int) {
    keys = batch.keys.values(of: record).map { index in
      Key(
        bytes: Array(batch.keys.value(index)), rule: batch.rules[index],
        valueIndex: batch.valueIndexes[index])
    }
    verdict = batch.verdicts[record]
  }

  /// The answers of all records.
  static func all(_ batch: KeyBatch) -> [MatcherAnswer] {
    (0..<batch.recordCount).map { MatcherAnswer(batch, record: $0) }
  }

  var description: String {
    let keys = keys.map { key in
      "'\(String(decoding: key.bytes.prefix(40), as: UTF8.self))' by rule \(key.rule)"
    }
    let verdict = verdict.map { ["\($0)"] } ?? []
    return keys.isEmpty && verdict.isEmpty
      ? "no key" : (keys + verdict).joined(separator: ", ")
  }
}
