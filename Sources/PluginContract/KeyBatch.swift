/// A matcher's answer for a record that has no keys by intent.
public enum Verdict: Sendable, Equatable {
  /// The record is left out on purpose; the text says why (state `excluded`, rule M13).
  case skip(rule: String)
  /// The matcher cannot judge the record; the text says why (state `failed`).
  case fail(message: String)
}

/// A matcher's keys for a ``RecordBatch``: for each record, in order, zero or more.
///
/// A key is canonical bytes, the index of the ``KeyRule`` that made it, and the value that it was
/// made from. Two records are candidates for each other if they have an equal key in the same tier
/// (the host compares bytes, never hashes only).
public struct KeyBatch: Sendable {
  /// The most bytes in a key; a record with a longer one fails, it is not cut.
  public static let maximumKeyLength = 1024

  /// The keys: record *i* has the values of `keys.values(of: i)`.
  public private(set) var keys = PackedColumn()
  /// For each key, its rule's index in ``Matcher/rules``.
  public private(set) var rules: [UInt16] = []
  /// For each key, which of the record's values of the rule's attribute it was made from.
  public private(set) var valueIndexes: [UInt16] = []
  /// The records that were skipped or failed, by index.
  public private(set) var verdicts: [Int: Verdict] = [:]

  /// Makes an empty batch.
  public init() {}

  /// Makes a batch of parts that were checked: as many rules and value indexes as keys.
  init(keys: PackedColumn, rules: [UInt16], valueIndexes: [UInt16], verdicts: [Int: Verdict]) {
    self.keys = keys
    self.rules = rules
    self.valueIndexes = valueIndexes
    self.verdicts = verdicts
  }

  /// The number of closed records.
  public var recordCount: Int { keys.recordCount }

  /// Adds a key to the record that is being answered. An empty key is nothing and is left out (M5).
  @inlinable
  public mutating func add(_ key: some Collection<UInt8>, rule: Int, valueIndex: Int = 0) {
    let added: Void? = key.withContiguousStorageIfAvailable {
      unsafe add($0, rule: rule, valueIndex: valueIndex)
    }
    if added == nil {
      unsafe Array(key).withUnsafeBufferPointer {
        unsafe add($0, rule: rule, valueIndex: valueIndex)
      }
    }
  }

  @usableFromInline
  mutating func add(_ key: UnsafeBufferPointer<UInt8>, rule: Int, valueIndex: Int) {
    unsafe add(Span(_unsafeElements: key), rule: rule, valueIndex: valueIndex)
  }

  /// Adds a key straight from a column's bytes: of ``PackedColumn/bytes``, or parts of it.
  public mutating func add(_ key: Span<UInt8>, rule: Int, valueIndex: Int = 0) {
    guard !key.isEmpty, takes(key.count) else { return }
    keys.append(key)
    rules.append(UInt16(clamping: rule))
    valueIndexes.append(UInt16(clamping: valueIndex))
  }

  /// Adds a key that is two parts, one behind the other, without joining them elsewhere first.
  public mutating func add(
    _ first: Span<UInt8>, _ second: Span<UInt8>, rule: Int, valueIndex: Int = 0
  ) {
    let count = first.count + second.count
    guard count > 0, takes(count) else { return }
    keys.append(first, second)
    rules.append(UInt16(clamping: rule))
    valueIndexes.append(UInt16(clamping: valueIndex))
  }

  /// False, and the record fails, if a key is too long.
  private mutating func takes(_ count: Int) -> Bool {
    if count <= Self.maximumKeyLength { return true }
    fail("a value of \(count) bytes is longer than the \(Self.maximumKeyLength) of a key")
    return false
  }

  /// Adds the keys of another batch's record, for a matcher that combines others: `firstRule` is
  /// where the other's rules begin among this one's. Its verdict is not taken over.
  public mutating func add(keysOf record: Int, in other: KeyBatch, firstRule: Int) {
    keys.append(valuesOf: record, in: other.keys)
    for key in other.keys.values(of: record) {
      rules.append(UInt16(clamping: firstRule + Int(other.rules[key])))
      valueIndexes.append(other.valueIndexes[key])
    }
  }

  /// Makes room, so that adding keys does not move what is there.
  public mutating func reserve(records: Int, keys count: Int, bytes: Int) {
    keys.reserve(records: records, values: count, bytes: bytes)
    rules.reserveCapacity(count)
    valueIndexes.reserveCapacity(count)
  }

  /// Leaves the record that is being answered out, naming the rule.
  public mutating func skip(_ rule: String) { record(.skip(rule: rule)) }

  /// Says that the record that is being answered cannot be judged, and why.
  public mutating func fail(_ message: String) { record(.fail(message: message)) }

  /// Closes the record that is being answered.
  public mutating func endRecord() { keys.endRecord() }

  /// The first verdict stays, but a failure wins over a skip.
  private mutating func record(_ verdict: Verdict) {
    switch (verdicts[keys.recordCount], verdict) {
    case (nil, _), (.skip, .fail): verdicts[keys.recordCount] = verdict
    default: return
    }
  }
}
