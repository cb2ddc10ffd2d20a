internal import PluginContract

/// Records to try a matcher with, for whichever columns it reads.
struct ProbeRecords {
  /// For each record, the values of each column.
  private let records: [[[[UInt8]]]]
  private let columns: [String]
  private let side: Side

  /// The number of records.
  var count: Int { records.count }

  private init(_ records: [[[[UInt8]]]], columns: [String], side: Side) {
    self.records = records
    self.columns = columns
    self.side = side
  }

  /// Records whose column `c` has the values `values(r, c)`.
  init(
    count: Int, columns: [String], side: Side, values: (_ record: Int, _ column: Int) -> [[UInt8]]
  ) {
    self.init(
      (0..<count).map { record in columns.indices.map { values(record, $0) } }, columns: columns,
      side: side)
  }

  /// The records with these indexes.
  func taking(_ indexes: some Sequence<Int>) -> ProbeRecords {
    ProbeRecords(indexes.map { records[$0] }, columns: columns, side: side)
  }

  /// The records as a batch; `decoys` are columns that nobody asked for.
  func batch(decoys: [String] = []) -> RecordBatch {
    let decoys = decoys.filter { !columns.contains($0) }
    var builder = RecordBatchBuilder(
      text: decoys + columns, directory: side == .directory ? 0 : nil)
    for (index, record) in records.enumerated() {
      for decoy in decoys.indices { builder.append(Array("decoy\(index)".utf8), to: decoy) }
      for (column, values) in record.enumerated() {
        for value in values { builder.append(value, to: decoys.count + column) }
      }
      builder.endRecord()
    }
    return builder.finish()
  }

  /// Values as directories and applications hold them.
  static let ordinary: [[[UInt8]]] = [
    ["jsmith"], ["ACME\\jsmith"], ["j.smith@acme.example"], ["Jürgen"], ["0042"], [],
    ["smtp:j.smith@acme.example", "SMTP:john@acme.example", "x500:/o=acme"], ["Straße"], [""],
    ["  Anna Lena "], ["acme.example\\anna"], ["ΣΊΣΥΦΟΣ"], ["O'Neil-Smith"], ["mueller"],
  ].map { $0.map { Array($0.utf8) } }

  /// Values that a careless or hostile source may hold.
  static let hostile: [[[UInt8]]] =
    [
      [[0xFF, 0xFE, 0x41]], [[0xC3]], [[0x00]], [[0x41, 0x00, 0x42]], [[0x1F, 0x41, 0x1F]],
      [[UInt8](repeating: 0x61, count: 1_000_000)], [[0x5C]], [[0x5C, 0x5C, 0x40, 0x5C]], [[0x40]],
    ]
    + [
      ["\u{202E}nimda\\emca"], ["j\u{200B}smith"], ["\u{FEFF}"], ["\u{301}\u{301}"],
      ["a@b@c\\d@e"], ["smtp:"], ["' OR 1=1 --", "*)(uid=*", "\r\n\r\n"],
      [String(repeating: "ﬃ", count: 400)], [String](repeating: "x", count: 2_000),
    ].map { $0.map { Array($0.utf8) } }
}
