/// One attribute of many batches, to take values from that lie scattered.
package struct ScatteredColumn: Sendable {
  /// Where a value is: in which batch, and of which record. A negative batch stands for no value.
  package typealias Place = (batch: Int32, record: Int32)

  /// Nil where a batch has no values.
  fileprivate let columns: [PackedColumn?]
  fileprivate let bytes: [[UInt8]]

  /// Takes the columns of batches; one that is absent or without records has no values.
  package init(_ columns: [PackedColumn?]) {
    self.columns = columns.map { ($0?.recordCount ?? 0) > 0 ? $0 : nil }
    bytes = columns.map { $0?.bytes ?? [] }
  }
}

extension PackedColumn {
  /// Adds other records' first values, a record each.
  package mutating func appendRecords(firstOf records: ArraySlice<Int>, in other: PackedColumn) {
    var values = GatheredValues(count: records.count)
    for record in records { values.add(firstOf: record, in: other, 0) }
    append(values, of: [other.bytes])
  }

  /// Adds the first values of records of several batches, a record each.
  package mutating func appendRecords(
    firstOf places: [ScatteredColumn.Place], in column: ScatteredColumn
  ) {
    var values = GatheredValues(count: places.count)
    for (number, record) in places {
      if number >= 0, let column = column.columns[Int(number)] {
        values.add(firstOf: Int(record), in: column, number)
      } else {
        values.addNone()
      }
    }
    append(values, of: column.bytes)
  }

  private mutating func append(_ values: GatheredValues, of columns: [[UInt8]]) {
    let first = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: values.byteCount))
    let places = values.places
    var target = bytes.mutableSpan
    var (end, place) = (first, 0)
    while place < places.count {
      let number = places[place].column
      let source = columns[Int(number)]
      while place < places.count, places[place].column == number {
        let (_, start, length) = places[place]
        target.copy(source.span, from: Int(start), count: max(0, Int(length)), to: end)
        end += max(0, Int(length))
        place += 1
      }
    }
    valueEnds.reserveCapacity(valueEnds.count + places.count)
    end = first
    for place in places {
      if place.length >= 0 {
        end += Int(place.length)
        valueEnds.append(UInt32(end))
      }
      endRecord()
    }
  }
}

/// Where values lie that are about to be copied.
///
/// Values in another order than that of their memory are waited for one after the other if each is found and
/// copied before the next is looked for. So all are found first, and then copied, mostly without a look at
/// their length: both loops ask for the memory of many at once.
private struct GatheredValues {
  /// For each record the column, and where its value begins and how long it is; -1 if it has none.
  private(set) var places: [(column: Int32, start: UInt32, length: Int32)] = []
  private(set) var byteCount = 0

  init(count: Int) { places.reserveCapacity(count) }

  @inline(__always)
  mutating func add(firstOf record: Int, in column: PackedColumn, _ number: Int32) {
    guard let range = column.firstByteRange(of: record) else { return addNone() }
    places.append((number, UInt32(range.lowerBound), Int32(range.count)))
    byteCount += range.count
  }

  mutating func addNone() { places.append((0, 0, -1)) }
}

extension MutableSpan<UInt8> {
  /// Copies bytes over those from an offset on; what follows them within 32 bytes may be written over too.
  @inline(__always)
  fileprivate mutating func copy(
    _ source: Span<UInt8>, from start: Int, count length: Int, to offset: Int
  ) {
    precondition(start >= 0 && length >= 0 && start + length <= source.count)
    precondition(offset >= 0 && offset + length <= count)
    let width = MemoryLayout<SIMD32<UInt8>>.size
    let isShort = length <= width && start + width <= source.count && offset + width <= count
    unsafe withUnsafeMutableBytes { target in
      unsafe source.withUnsafeBytes { source in
        if isShort {
          unsafe target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: start, as: SIMD32<UInt8>.self),
            toByteOffset: offset, as: SIMD32<UInt8>.self)
        } else {
          unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + length])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<start + length]))
        }
      }
    }
  }
}
