/// Which rows of a batch have something that most have not, in their order.
struct SparseRows {
  private let rows: [Int]

  /// A column that was not read: no row has it.
  init() { rows = [] }

  /// Reads which of as many rows have it.
  init(of count: Int, from input: inout PackedBytes) throws {
    rows = try input.numbers(try input.count()).map { Int(clamping: $0) }
    for (place, row) in rows.enumerated() {
      guard row < count, place == 0 || row > rows[place - 1] else { throw PackedBytes.damage }
    }
  }

  /// How many rows have it.
  var count: Int { rows.count }

  /// Which of them a row is; nil if it has it not.
  func place(of row: Int) -> Int? {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low] == row ? low : nil
  }

  static func write(_ rows: [UInt16], to output: inout [UInt8]) {
    output.append(count: rows.count)
    output.append(numbers: rows)
  }
}
