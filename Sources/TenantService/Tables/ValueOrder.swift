/// The rows of a table in the ascending order of one field's bytes.
///
/// Rows with equal values stay in natural order, and rows without a value come last. Sorted are
/// eight bytes at a time as one number; only rows that are equal so far have the next eight read.
struct ValueOrder: Sendable {
  /// The row numbers in order.
  private(set) var rows: [UInt32]
  /// The positions in ``rows`` at which another value begins.
  private(set) var beginnings: RowBitmap

  /// A row with eight bytes of its value, and where the rest begins.
  private struct Item {
    var digits: UInt64
    var row: UInt32
    var rest: UInt32
  }

  /// Below this, comparing is faster than counting digits.
  private static let smallCount = 1024

  /// Sorts by a field.
  init(_ text: PackedFields, field: Int) {
    rows = []
    beginnings = RowBitmap(rowCount: text.rowCount)
    rows.reserveCapacity(text.rowCount)
    var items: [Item] = []
    items.reserveCapacity(text.rowCount)
    var empty: [UInt32] = []
    for (row, start) in text.starts(ofField: field).enumerated() {
      if Int(start) >= text.bytes.count || text.bytes[Int(start)] == PackedFields.end {
        empty.append(UInt32(truncatingIfNeeded: row))
      } else {
        items.append(Item(digits: 0, row: UInt32(truncatingIfNeeded: row), rest: start))
      }
    }
    sort(&items, text.bytes)
    for item in items { rows.append(item.row) }
    if !empty.isEmpty { beginnings.insert(rows.count) }
    rows.append(contentsOf: empty)
  }

  /// The same in descending order: values and rows without one the other way round, rows with
  /// equal values still in natural order.
  func descending() -> [UInt32] {
    var reversed: [UInt32] = []
    reversed.reserveCapacity(rows.count)
    var end = rows.count
    for word in beginnings.words.indices.reversed() {
      var bits = beginnings.words[word]
      while bits != 0 {
        let highest = 63 - bits.leadingZeroBitCount
        let start = word << 6 | highest
        reversed.append(contentsOf: rows[start..<end])
        end = start
        bits &= ~(1 << UInt64(highest))
      }
    }
    return reversed
  }

  /// The memory that this holds.
  var byteCount: Int {
    rows.count * MemoryLayout<UInt32>.stride
      + beginnings.words.count * MemoryLayout<UInt64>.stride
  }

  private mutating func sort(_ items: inout [Item], _ bytes: [UInt8]) {
    var spare = items
    var runs = items.isEmpty ? [] : [0..<items.count]
    while let run = runs.popLast() {
      Self.readDigits(&items, run, bytes)
      if run.count > Self.smallCount {
        Self.sortByCounting(&items, &spare, run)
      } else {
        Self.sortByComparing(&items, run)
      }
      splitIntoRuns(items, run, into: &runs)
    }
  }

  /// Reads eight bytes of every value; a value that has ended gives zeros, any byte more than that.
  private static func readDigits(_ items: inout [Item], _ run: Range<Int>, _ bytes: [UInt8]) {
    for index in run {
      var position = Int(items[index].rest)
      var digits: UInt64 = 0
      for _ in 0..<8 {
        digits <<= 8
        // A value that ends stays at its end.
        guard bytes[position] != PackedFields.end else { continue }
        digits |= UInt64(bytes[position]) + 1
        position += 1
      }
      items[index].digits = digits
      items[index].rest = UInt32(truncatingIfNeeded: position)
    }
  }

  /// Marks where values begin, and keeps for another round the runs that are equal so far.
  private mutating func splitIntoRuns(
    _ items: [Item], _ run: Range<Int>, into runs: inout [Range<Int>]
  ) {
    var start = run.lowerBound
    while start < run.upperBound {
      let digits = items[start].digits
      var end = start + 1
      while end < run.upperBound, items[end].digits == digits { end += 1 }
      beginnings.insert(start)
      if end - start > 1, digits & 0xFF != 0 { runs.append(start..<end) }
      start = end
    }
  }

  private static func sortByComparing(_ items: inout [Item], _ run: Range<Int>) {
    items.withUnsafeMutableBufferPointer { items in
      items[run].sort { ($0.digits, $0.row) < ($1.digits, $1.row) }
    }
  }

  /// A radix sort from the lowest byte up; each round keeps what is equal in order.
  private static func sortByCounting(
    _ items: inout [Item], _ spare: inout [Item], _ run: Range<Int>
  ) {
    var counts = [Int](repeating: 0, count: 8 * 256)
    for index in run {
      let digits = items[index].digits
      for place in 0..<8 { counts[place << 8 | Int(digits >> UInt64(place * 8) & 0xFF)] += 1 }
    }
    for place in 0..<8 {
      let ofPlace = place << 8..<(place + 1) << 8
      if counts[ofPlace].contains(run.count) { continue }
      var position = run.lowerBound
      for index in ofPlace { (counts[index], position) = (position, position + counts[index]) }
      for index in run {
        let digit = place << 8 | Int(items[index].digits >> UInt64(place * 8) & 0xFF)
        spare[counts[digit]] = items[index]
        counts[digit] += 1
      }
      if run.count == items.count {
        swap(&items, &spare)
      } else {
        for index in run { items[index] = spare[index] }
      }
    }
  }
}
