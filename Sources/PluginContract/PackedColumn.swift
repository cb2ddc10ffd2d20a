/// The values of one attribute for many records, in flat arrays and one byte buffer.
///
/// Shape: record *i* has zero or more values, in the order in which they were appended; a record
/// without the attribute has none. Values are bytes, at most 4 GiB in a column. Nothing here is a
/// `String`: a million values cost a few allocations, not a million.
///
/// A loop over many values takes `let bytes = column.bytes.span` once and cuts each value out of it
/// by ``byteRange(ofValue:)``; ``value(_:)`` is for one value at a time, and counts a reference.
public struct PackedColumn: Sendable, Equatable {
  /// All values, one after the other.
  public internal(set) var bytes: [UInt8] = []
  /// Where each value ends in ``bytes``.
  @usableFromInline var valueEnds: [UInt32] = []
  /// Where each record's values end; nothing while every record has exactly one.
  @usableFromInline var recordEnds: [UInt32] = []
  /// The number of closed records.
  public internal(set) var recordCount = 0

  /// Makes a column without records.
  public init() {}

  /// The number of values of all records together.
  @inlinable public var valueCount: Int { valueEnds.count }

  // MARK: - Reading

  /// The indexes of a record's values; empty if it has none.
  @inlinable public func values(of record: Int) -> Range<Int> {
    precondition(record < recordCount)
    guard !recordEnds.isEmpty else { return record..<record + 1 }
    let start = record == 0 ? 0 : Int(recordEnds[record - 1])
    return start..<Int(recordEnds[record])
  }

  /// Where a value lies in ``bytes``.
  @inlinable public func byteRange(ofValue value: Int) -> Range<Int> {
    let start = value == 0 ? 0 : Int(valueEnds[value - 1])
    return start..<Int(valueEnds[value])
  }

  /// Where a record's first value lies in ``bytes``; nil if it has none.
  @inlinable public func firstByteRange(of record: Int) -> Range<Int>? {
    let range = values(of: record)
    return range.isEmpty ? nil : byteRange(ofValue: range.lowerBound)
  }

  /// A value's bytes.
  @inlinable public func value(_ value: Int) -> ArraySlice<UInt8> {
    bytes[byteRange(ofValue: value)]
  }

  /// A record's first value, or nil if it has none.
  @inlinable public func first(of record: Int) -> ArraySlice<UInt8>? {
    firstByteRange(of: record).map { bytes[$0] }
  }

  /// A record's first value as text (invalid UTF-8 repaired), or nil if it has none.
  public func text(of record: Int) -> String? {
    first(of: record).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All of a record's values as text (invalid UTF-8 repaired).
  public func texts(of record: Int) -> [String] {
    values(of: record).map { String(decoding: value($0), as: UTF8.self) }
  }

  // MARK: - One value at a time

  /// Adds a value to the record that is being built.
  @inlinable public mutating func append(_ value: some Collection<UInt8>) {
    if value.withContiguousStorageIfAvailable({ unsafe append(UnsafeRawBufferPointer($0)) }) == nil
    {
      unsafe Array(value).withUnsafeBytes { unsafe append($0) }
    }
  }

  /// Adds a value to the record that is being built.
  public mutating func append(_ value: Span<UInt8>) {
    unsafe value.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    valueEnds.append(UInt32(bytes.count))
  }

  /// Adds a value of two parts to the record that is being built.
  mutating func append(_ first: Span<UInt8>, _ second: Span<UInt8>) {
    unsafe first.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    append(second)
  }

  /// Adds a value to the record that is being built, straight from foreign memory.
  public mutating func append(_ value: UnsafeRawBufferPointer) {
    unsafe bytes.append(contentsOf: value)
    valueEnds.append(UInt32(bytes.count))
  }

  /// Closes the record that is being built.
  public mutating func endRecord() {
    recordCount += 1
    if recordEnds.isEmpty {
      guard valueEnds.count != recordCount else { return }
      // All records before this one have a value each.
      recordEnds.reserveCapacity(max(recordCount, valueEnds.capacity))
      for end in 1..<UInt32(recordCount) { recordEnds.append(end) }
    }
    recordEnds.append(UInt32(valueEnds.count))
  }

  /// Takes back all values of the record that is being built.
  mutating func discardRecord() {
    let kept = recordEnds.isEmpty ? recordCount : Int(recordEnds[recordCount - 1])
    guard kept < valueEnds.count else { return }
    bytes.removeLast(bytes.count - (kept == 0 ? 0 : Int(valueEnds[kept - 1])))
    valueEnds.removeLast(valueEnds.count - kept)
  }

  /// Adds a record with one value, or with none for nil.
  @inlinable public mutating func appendRecord(_ value: (some Collection<UInt8>)?) {
    if let value { append(value) }
    endRecord()
  }

  /// Adds a record with one value.
  public mutating func appendRecord(_ value: Span<UInt8>) {
    append(value)
    endRecord()
  }

  /// Adds a record with one text value, or with none for nil.
  public mutating func appendRecord(text: String?) {
    if let text { append(text.utf8) }
    endRecord()
  }

  // MARK: - Many values at once

  /// Adds all values of another column's record to the record that is being built.
  package mutating func append(valuesOf record: Int, in other: PackedColumn) {
    let values = other.values(of: record)
    guard !values.isEmpty else { return }
    let start = other.byteRange(ofValue: values.lowerBound).lowerBound
    let shift = bytes.count - start
    bytes.append(contentsOf: other.bytes[start..<Int(other.valueEnds[values.upperBound - 1])])
    for value in values { valueEnds.append(UInt32(Int(other.valueEnds[value]) + shift)) }
  }

  /// Adds all records of another column; both have no open record.
  package mutating func append(contentsOf other: PackedColumn) {
    let (byteShift, valueShift) = (UInt32(bytes.count), UInt32(valueEnds.count))
    let isSingle = recordEnds.isEmpty && other.recordEnds.isEmpty
    if !isSingle {
      if recordEnds.isEmpty { recordEnds.append(contentsOf: 1..<UInt32(recordCount) + 1) }
      if other.recordEnds.isEmpty {
        recordEnds.append(
          contentsOf: (1..<UInt32(other.recordCount) + 1).lazy.map { $0 + valueShift })
      } else {
        recordEnds.append(contentsOf: other.recordEnds.lazy.map { $0 + valueShift })
      }
    }
    bytes.append(contentsOf: other.bytes)
    valueEnds.append(contentsOf: other.valueEnds.lazy.map { $0 + byteShift })
    recordCount += other.recordCount
  }

  /// The bytes of memory that all records take.
  package var memory: Int { bytes.count + 4 * (valueEnds.count + recordEnds.count) }

  /// Adds another column's first value of a record, as a record of its own.
  package mutating func appendRecord(firstOf record: Int, in other: PackedColumn) {
    if let range = other.firstByteRange(of: record) {
      append(other.bytes.span.extracting(range))
    }
    endRecord()
  }

  /// Adds records without a value until there are so many.
  package mutating func endRecords(before count: Int) {
    while recordCount < count { endRecord() }
  }

  /// Adds records of the same one value, or of none for nil.
  package mutating func appendRecords(_ count: Int, repeating value: [UInt8]?) {
    for _ in 0..<count {
      if let value { append(value.span) }
      endRecord()
    }
  }

  /// Adds a record for each range: its bytes of `source`, or no value if the range is empty.
  package mutating func appendRecords(_ ranges: Span<Range<Int>>, of source: Span<UInt8>) {
    var total = 0
    for index in ranges.indices { total += ranges[index].count }
    bytes.reserveCapacity(bytes.count + total)
    valueEnds.reserveCapacity(valueEnds.count + ranges.count)
    for index in ranges.indices {
      if !ranges[index].isEmpty { append(source.extracting(ranges[index])) }
      endRecord()
    }
  }

  /// Makes room, so that appending does not move what is there.
  /// Without a number of values there is room for one a record.
  public mutating func reserve(records: Int, values: Int? = nil, bytes count: Int) {
    if let values, values != records { recordEnds.reserveCapacity(records) }
    valueEnds.reserveCapacity(values ?? records)
    bytes.reserveCapacity(count)
  }

  /// The same column in no more memory than it needs.
  func trimmed() -> PackedColumn {
    var column = PackedColumn()
    column.bytes = Self.exactly(bytes)
    column.valueEnds = Self.exactly(valueEnds)
    column.recordEnds = Self.exactly(recordEnds)
    column.recordCount = recordCount
    return column
  }

  private static func exactly<Element: BitwiseCopyable>(_ array: [Element]) -> [Element] {
    unsafe array.withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// Removes all records and keeps the memory for others.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    valueEnds.removeAll(keepingCapacity: true)
    recordEnds.removeAll(keepingCapacity: true)
    recordCount = 0
  }
}
