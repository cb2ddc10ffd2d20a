/// The values of one attribute for many records, in two flat arrays and one byte buffer.
///
/// Shape: record *i* has zero or more values, in the order in which they were appended; a record
/// without the attribute has none. Values are bytes, at most 4 GiB in a column. Nothing here is a
/// `String`: a million values cost three allocations, not a million.
public struct PackedColumn: Sendable, Equatable {
  /// All values, one after the other.
  public internal(set) var bytes: [UInt8] = []
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
  public mutating func append(_ value: some Collection<UInt8>) {
    bytes.append(contentsOf: value)
    valueEnds.append(UInt32(bytes.count))
  }

  /// Adds a value's canonical form to the record that is being built; an empty value if it is not
  /// UTF-8.
  ///
  /// - Returns: false if `value` is not UTF-8.
  mutating func append(canonicalOf value: some BidirectionalCollection<UInt8>) -> Bool {
    let isUTF8 = CanonicalText.append(value, to: &bytes)
    valueEnds.append(UInt32(bytes.count))
    return isUTF8
  }

  /// Adds a value to the record that is being built, straight from foreign memory.
  public mutating func append(_ value: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: value)
    valueEnds.append(UInt32(bytes.count))
  }

  /// Closes the record that is being built.
  public mutating func endRecord() { recordEnds.append(UInt32(valueEnds.count)) }

  /// Adds a record with one value, or with none for nil.
  public mutating func appendRecord(_ value: (some Collection<UInt8>)?) {
    if let value { append(value) }
    endRecord()
  }

  /// Adds a record with one text value, or with none for nil.
  public mutating func appendRecord(text: String?) {
    if let text { append(text.utf8) }
    endRecord()
  }

  /// Makes room, so that appending does not move what is there.
  public mutating func reserve(records: Int, bytes count: Int) {
    recordEnds.reserveCapacity(records)
    valueEnds.reserveCapacity(records)
    bytes.reserveCapacity(count)
  }
}
