internal import PluginContract
internal import TenantCore

/// Parses a users file and puts its users in order.
struct UsersFileParser {
  let path: String
  let reading: CSVReading

  /// Reads a file to its end.
  ///
  /// - Throws: ``StoreError`` for a header that is none; ``TenantCore/TextError`` for what CSV does not allow.
  func parse(_ source: consuming TextSource) throws -> UsersFile {
    var rows = UsersFileRows()
    rows.reserve(bytes: source.size)
    var file = UsersFile()
    try reading.read(
      source, empty: UsersFileRows(),
      reader: { header in
        let plan = try UsersFileColumns(header, path: path)
        file.hasColumn = plan.hasColumn
        file.hasActive = plan.hasActive
        return { (table, rows) throws(TextError) in try rows.read(&table, plan) }
      },
      deliver: { rows.append($0, linesBefore: $1) })
    file.columns = rows.columns
    file.keys = rows.keys
    file.isActive = rows.isActive
    file.skipped = rows.faults.map { "\(path):\($0.line): \($0.message)" }
    sort(&file, rows.lines)
    return file
  }

  /// Orders the rows by key and leaves out the second of two with one key.
  private func sort(_ file: inout UsersFile, _ lines: [Int]) {
    let sorted = UsersFileOrder(keys: file.keys).rows
    var kept: [Int] = []
    kept.reserveCapacity(sorted.count)
    for row in sorted {
      if let last = kept.last, file.key(of: last) == file.key(of: row) {
        file.skipped.append(
          "\(path):\(lines[row]): userName '\(file.columns[0].text(of: row) ?? "")' is already "
            + "in line \(lines[last])")
      } else {
        kept.append(row)
      }
    }
    file.order = kept
  }
}

/// The rows of a users file by their keys, and those of one key by their lines.
private struct UsersFileOrder {
  private(set) var rows: [Int]

  private struct Place {
    /// Eight bytes of the key behind what all keys begin with, so that most comparisons are one instruction.
    let word: UInt64
    let row: Int
  }

  init(keys: PackedColumn) {
    let shared = Self.sharedCount(keys)
    let bytes = keys.bytes.span
    var places: [Place] = []
    places.reserveCapacity(keys.recordCount)
    for row in 0..<keys.recordCount {
      let key = bytes.extracting(keys.byteRange(ofValue: row))
      var word: UInt64 = 0
      for offset in shared..<shared + 8 {
        word = word << 8 | (offset < key.count ? UInt64(key[offset]) : 0)
      }
      places.append(Place(word: word, row: row))
    }
    func isBefore(_ left: Place, _ right: Place) -> Bool {
      if left.word != right.word { return left.word < right.word }
      let (one, other) = (keys.value(left.row), keys.value(right.row))
      return one == other ? left.row < right.row : one.lexicographicallyPrecedes(other)
    }
    let isSorted = zip(places, places.dropFirst()).allSatisfy { isBefore($0, $1) }
    if !isSorted { places.sort(by: isBefore) }
    rows = places.map(\.row)
  }

  /// How many bytes all keys begin with.
  private static func sharedCount(_ keys: PackedColumn) -> Int {
    guard keys.recordCount > 0 else { return 0 }
    let bytes = keys.bytes.span
    let first = bytes.extracting(keys.byteRange(ofValue: 0))
    var shared = first.count
    for row in 1..<keys.recordCount {
      let key = bytes.extracting(keys.byteRange(ofValue: row))
      shared = min(shared, key.count)
      for offset in 0..<shared where key[offset] != first[offset] {
        shared = offset
        break
      }
    }
    return shared
  }
}
