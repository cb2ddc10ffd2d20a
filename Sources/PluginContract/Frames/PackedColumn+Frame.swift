extension PackedColumn {
  /// Appends the column: number of values, number of bytes, the ends of the records (in values),
  /// the ends of the values (in bytes), the bytes.
  func write(to writer: inout ByteWriter) {
    writer.number(valueEnds.count)
    writer.number(bytes.count)
    writer.numbers(recordEnds.isEmpty ? Array(Self.singleEnds(recordCount)) : recordEnds)
    writer.numbers(valueEnds)
    writer.bytes(bytes)
  }

  /// Reads a column of `records` records.
  init(records: Int, from reader: inout ByteReader) throws(FrameError) {
    let values = try reader.count(of: 4)
    let length = try reader.count(of: 1)
    recordCount = records
    recordEnds = try reader.numbers(records, UInt32.self)
    valueEnds = try reader.numbers(values, UInt32.self)
    guard Self.areEnds(recordEnds, of: values), Self.areEnds(valueEnds, of: length) else {
      throw FrameError("a column's ends do not rise to its \(values) values and \(length) bytes")
    }
    if recordEnds.elementsEqual(Self.singleEnds(records)) { recordEnds = [] }
    bytes = Array(try reader.bytes(length))
  }

  /// The ends of records that have one value each.
  private static func singleEnds(_ records: Int) -> Range<UInt32> { 1..<UInt32(records) + 1 }

  /// True if the numbers never fall and the last is the total.
  private static func areEnds(_ ends: [UInt32], of total: Int) -> Bool {
    var last: UInt32 = 0
    for end in ends {
      guard end >= last else { return false }
      last = end
    }
    return Int(last) == total
  }
}
