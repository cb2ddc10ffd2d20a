internal import PluginContract
internal import TenantCore

/// Finds single rows of the snapshot: by key, by login, by the name of a principal.
struct SnapshotLookUp {
  /// A row that was found.
  struct Place {
    let batch: SnapshotBatch
    let row: Int
  }

  private let database: StoreDatabase
  private let reader: SnapshotReader
  private let segments: SnapshotSegments
  private let domains = KnownDomains()

  init(_ database: StoreDatabase) throws {
    self.database = database
    reader = try SnapshotReader(database, .all)
    segments = SnapshotSegments(reader)
  }

  /// The rows with these keys. It goes through the GUIDs of all rows, and reads of a batch more only where one of
  /// them is.
  func places(of keys: [RowKey]) throws -> [RowKey: Place] {
    guard !keys.isEmpty else { return [:] }
    let wanted = WantedKeys(keys)
    var ranges = try laidRanges(wanted)
    let anchors = try SnapshotReader(database, .anchors)
    let kept = try database.keptSnapshot()
    for range in reader.index.ranges where !ranges.contains(range) {
      guard let bytes = try kept?[range] ?? anchors.batch(range, .anchors)?.anchorBytes else {
        continue
      }
      kept?[range] = bytes
      if wanted.mayBe(among: bytes) { ranges.insert(range) }
    }
    var places: [RowKey: Place] = [:]
    for range in ranges.sorted() {
      try reader.forEachSegment(in: range) { batch, rows in
        for row in rows {
          guard let key = wanted.key(of: row, in: batch), places[key] == nil else { continue }
          places[key] = Place(batch: batch, row: row)
        }
      }
    }
    return places
  }

  /// The rows with this login in these domains, in R4's order.
  func places(login: String, domains: [String]) throws -> [Place] {
    var places: [Place] = []
    for domain in domains {
      let prefix = SnapshotKey.prefix(domain: domain, login: login)
      let ranges = reader.index.range(of: prefix)...reader.index.range(of: prefix + [255])
      for range in ranges {
        for (batch, rows) in try segments.segments(of: range) {
          let domainKey = SnapshotKey.folded(batch.domain)
          let first = batch.place(of: prefix, domainKey: domainKey).0
          var key: [UInt8] = []
          for row in rows.clamped(to: first..<batch.count) {
            key.removeAll(keepingCapacity: true)
            batch.appendKey(of: row, domainKey: domainKey, to: &key)
            guard key.starts(with: prefix) else { break }
            places.append(Place(batch: batch, row: row))
          }
        }
      }
    }
    return places
  }

  /// The keys of the rows of principals, by their folded names, in R4's order. All rows are gone through, once for
  /// all names: nobody types one often enough to pay for an index of them in each run.
  func keys(principalNames: [String]) throws -> [[UInt8]: [[UInt8]]] {
    let wanted = Set(principalNames.map { Array(CanonicalText.of($0).utf8) })
    guard !wanted.isEmpty else { return [:] }
    var keys: [[UInt8]: [[UInt8]]] = [:]
    var (name, canonical): ([UInt8], [UInt8]) = ([], [])
    try reader.forEachSegment { batch, rows in
      for row in rows {
        name.removeAll(keepingCapacity: true)
        canonical.removeAll(keepingCapacity: true)
        batch.names.principalName.append(row, other: batch.shown.login[row], to: &name)
        guard !name.isEmpty, CanonicalText.append(name, to: &canonical), wanted.contains(canonical)
        else { continue }
        var key: [UInt8] = []
        batch.appendKey(of: row, domainKey: SnapshotKey.folded(batch.domain), to: &key)
        keys[canonical, default: []].append(key)
      }
    }
    return keys
  }

  /// The row with a key; nil if there is none.
  func place(of key: [UInt8]) throws -> Place? { try segments.place(of: key) }

  /// The domains that have rows, folded, in order.
  func domainKeys() throws -> [String] {
    if let keys = domains.keys { return keys }
    let laid = try database.rows(
      "SELECT DISTINCT domain FROM snapshot_rows WHERE domain IS NOT NULL"
    ).compactMap { $0.text(0) }
    let names = Set(reader.index.entries.map(\.domain) + laid)
    let keys = Set(names.map { CanonicalText.of($0) }).sorted()
    domains.keys = keys
    return keys
  }

  /// The domains that have rows, once they were looked up.
  private final class KnownDomains {
    var keys: [String]?
  }

  /// The batches over whose ranges rows with wanted keys are laid.
  private func laidRanges(_ wanted: WantedKeys) throws -> Set<Int> {
    let statement = try database.statement(
      "SELECT key, anchors FROM snapshot_rows WHERE domain IS NOT NULL")
    var ranges: Set<Int> = []
    try statement.forEachRow {
      guard wanted.mayBe(among: statement.bytes(1)) else { return }
      ranges.insert(reader.index.range(of: statement.bytes(0)))
    }
    return ranges
  }
}

/// Keys that are looked for among many.
private struct WantedKeys {
  private let keys: Set<RowKey>
  private let hasRecords: Bool
  /// For each value of a GUID's first two bytes a bit: most rows are passed over without a look at the set.
  private var bits = [UInt64](repeating: 0, count: 1024)

  init(_ keys: [RowKey]) {
    self.keys = Set(keys)
    hasRecords = keys.contains { if case .record = $0 { true } else { false } }
    for case .guid(let guid) in keys {
      let bytes = guid.bytes
      let place = Int(bytes[0]) << 8 | Int(bytes[1])
      bits[place >> 6] |= 1 << UInt64(place & 63)
    }
    // Rows without a GUID have zeros.
    if hasRecords { bits[0] |= 1 }
  }

  /// False if none of these GUIDs is wanted.
  func mayBe(among anchors: [UInt8]) -> Bool {
    let (span, bits) = (anchors.span, bits.span)
    for start in stride(from: 0, to: span.count - span.count % 16, by: 16) {
      let place = Int(span[start]) << 8 | Int(span[start + 1])
      guard bits[place >> 6] & 1 << UInt64(place & 63) != 0 else { continue }
      guard let guid = ObjectGUID(bytes: anchors[start..<start + 16]) else {
        if hasRecords { return true }
        continue
      }
      if keys.contains(.guid(guid)) { return true }
    }
    return false
  }

  /// The key of a row, if it is wanted.
  func key(of row: Int, in batch: SnapshotBatch) -> RowKey? {
    if let guid = batch.guid(of: row) {
      return keys.contains(.guid(guid)) ? .guid(guid) : nil
    }
    guard hasRecords else { return nil }
    var bytes: [UInt8] = []
    batch.appendRecordID(of: row, to: &bytes)
    return keys.contains(.record(bytes)) ? .record(bytes) : nil
  }
}
