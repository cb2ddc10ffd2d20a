/// The tables that hold the snapshot: its batches, and the single rows that are laid over them.
///
/// A laid-over row takes the place of the row with its key, or stands between two; one without values says that the
/// row with its key is gone. So a few changes write a few rows, and a link by hand one.
enum SnapshotTables {
  /// The columns are in the order in which they are needed, because SQLite reads a long row from its beginning.
  static let create = """
    CREATE TABLE snapshot_batches (
      number INTEGER PRIMARY KEY,
      first_key BLOB NOT NULL,
      domain TEXT NOT NULL,
      row_count INTEGER NOT NULL,
      anchors BLOB NOT NULL, codes BLOB NOT NULL, shown BLOB NOT NULL, names BLOB NOT NULL,
      rest BLOB NOT NULL
    );
    CREATE INDEX snapshot_batches_by_key ON snapshot_batches (first_key);
    CREATE TABLE snapshot_rows (
      key BLOB PRIMARY KEY NOT NULL,
      domain TEXT,
      anchors BLOB, codes BLOB, shown BLOB, names BLOB, rest BLOB
    ) WITHOUT ROWID;
    """

  /// What an index of GUIDs would cost to write is more than what it costs to go through them: they lie together.
  static func columns(_ parts: SnapshotBatch.Parts) -> String {
    let names = SnapshotBatch.Parts.columns.enumerated().filter {
      parts.contains(SnapshotBatch.Parts(rawValue: 1 << $0.offset))
    }
    return names.map(\.element).joined(separator: ", ")
  }

  static func count(_ parts: SnapshotBatch.Parts) -> Int { parts.rawValue.nonzeroBitCount }
}

/// Where each batch lies, in R4's order.
struct SnapshotIndex {
  struct Entry: Sendable {
    let number: Int64
    let firstKey: [UInt8]
    let domain: String
    let count: Int
  }

  /// After every key, which is UTF-8 where it begins.
  static let lastKey: [UInt8] = [255]

  let entries: [Entry]

  /// How they are asked.
  static let all = Question(
    sql: "SELECT number, first_key, domain, row_count FROM snapshot_batches ORDER BY first_key",
    columns: [.integer, .blob, .text, .integer])

  init(_ database: StoreDatabase) throws {
    let kept = try database.keptSnapshot()
    if let entries = kept?.index {
      self.entries = entries
      return
    }
    let statement = try database.statement(Self.all.sql)
    var entries: [Entry] = []
    try statement.forEachRow {
      entries.append(
        Entry(
          number: statement.integer(0), firstKey: statement.bytes(1),
          domain: String(decoding: statement.bytes(2), as: UTF8.self),
          count: Int(statement.integer(3))))
    }
    self.entries = entries
    kept?.index = entries
  }

  /// The batches; where there are none, rows may still be laid over nothing.
  var ranges: Range<Int> { 0..<max(1, entries.count) }

  /// The batch in whose range a key lies. What comes before the first one belongs to it.
  func range(of key: [UInt8]) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if key.lexicographicallyPrecedes(entries[middle].firstKey) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return max(0, low - 1)
  }

  /// The first key of a range, and the first one after it.
  func bounds(of range: Int) -> (first: [UInt8], end: [UInt8]) {
    (
      range == 0 ? [] : entries[range].firstKey,
      range + 1 < entries.count ? entries[range + 1].firstKey : Self.lastKey
    )
  }
}
