/// The values of one attribute for many records, in two flat arrays and one byte buffer.
///
/// Shape: record *i* has zero or more values, in the order in which they were appended; a record
/// without the attribute has none. Values are bytes, at most 4 GiB in a column. Nothing here is a
/// `String`: a million values cost three allocations, not a million.
public struct PackedColumn: Sendable, Equatable {
  /// All values, one after the other.
  @inlinable public var bytes: [UInt8] { storage }
  @usableFromInline var storage: [UInt8] = []
  @usableFromInline var valueEnds: [UInt32] = []
  @usableFromInline var recordEnds: [UInt32] = []

  /// Makes a column without records.
  public init() {}

  /// The number of closed records.
  @inlinable public var recordCount: Int { recordEnds.count }

  /// The number of values of all records together.
  public var valueCount: Int { valueEnds.count }

  /// The indexes of a record's values; empty if it has none.
  @inlinable public func values(of record: Int) -> Range<Int> {
    let start = record == 0 ? 0 : Int(recordEnds[record - 1])
    return start..<Int(recordEnds[record])
  }

  /// Where a value lies in ``bytes``.
  @inlinable public func byteRange(ofValue value: Int) -> Range<Int> {
    let start = value == 0 ? 0 : Int(valueEnds[value - 1])
    return start..<Int(valueEnds[value])
  }

  /// A value's bytes.
  @inlinable public func value(_ value: Int) -> ArraySlice<UInt8> {
    bytes[byteRange(ofValue: value)]
  }

  /// A record's first value, or nil if it has none.
  @inlinable public func first(of record: Int) -> ArraySlice<UInt8>? {
    let range = values(of: record)
    return range.isEmpty ? nil : value(range.lowerBound)
  }

  /// A record's first value as text (invalid UTF-8 repaired), or nil if it has none.
  public func text(of record: Int) -> String? {
    first(of: record).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All of a record's values as text (invalid UTF-8 repaired).
  public func texts(of record: Int) -> [String] {
    values(of: record).map { String(decoding: value($0), as: UTF8.self) }
  }

  /// Adds a value to the record that is being built.
  @inlinable public mutating func append(_ value: some Collection<UInt8>) {
    storage.append(contentsOf: value)
    valueEnds.append(UInt32(storage.count))
  }

  /// Adds a value's canonical form to the record that is being built; an empty value if it is not
  /// UTF-8.
  ///
  /// - Returns: false if `value` is not UTF-8.
  mutating func append(canonicalOf value: UnsafeBufferPointer<UInt8>) -> Bool {
    let isUTF8 = unsafe CanonicalText.append(value, to: &storage)
    valueEnds.append(UInt32(storage.count))
    return isUTF8
  }

  /// Adds a value to the record that is being built, straight from foreign memory.
  @inlinable public mutating func append(_ value: UnsafeRawBufferPointer) {
    unsafe storage.append(contentsOf: value)
    valueEnds.append(UInt32(storage.count))
  }

  /// Closes the record that is being built.
  @inlinable public mutating func endRecord() { recordEnds.append(UInt32(valueEnds.count)) }

  /// Takes back all values of the record that is being built.
  mutating func discardRecord() {
    let kept = Int(recordEnds.last ?? 0)
    storage.removeLast(storage.count - (kept == 0 ? 0 : Int(valueEnds[kept - 1])))
    valueEnds.removeLast(valueEnds.count - kept)
  }

  /// Adds a record with one value, or with none for nil.
  @inlinable public mutating func appendRecord(_ value: (some Collection<UInt8>)?) {
    if let value { append(value) }
    endRecord()
  }

  /// Adds a record with one text value, or with none for nil.
  public mutating func appendRecord(text: String?) {
    if let text { append(text.utf8) }
    endRecord()
  }

  /// Adds all values of another column's record to the record that is being built.
  mutating func append(valuesOf record: Int, in other: PackedColumn) {
    let values = other.values(of: record)
    guard !values.isEmpty else { return }
    let start = other.byteRange(ofValue: values.lowerBound).lowerBound
    let shift = storage.count - start
    storage.append(contentsOf: other.storage[start..<Int(other.valueEnds[values.upperBound - 1])])
    for value in values { valueEnds.append(UInt32(Int(other.valueEnds[value]) + shift)) }
  }

  /// Makes room, so that appending does not move what is there.
  /// Without a number of values there is room for one a record.
  public mutating func reserve(records: Int, values: Int? = nil, bytes count: Int) {
    recordEnds.reserveCapacity(records)
    valueEnds.reserveCapacity(values ?? records)
    storage.reserveCapacity(count)
  }
}
