internal import PluginContract
internal import TenantCore

/// The key of each planned row in the snapshot, and the rows in its order (R4).
struct SnapshotOrder {
  /// Row numbers, sorted by key.
  let rows: [Int]
  /// For rows without a GUID whose distinguished name was seen under this login already: which
  /// occurrence they are, from 2.
  private var occurrences: [Int: Int] = [:]

  init(_ source: PlanSource) {
    let planned = source.plan.rows
    var rows = Array(planned.indices)
    // A plan comes in this order; a sort of what is sorted costs one comparison a row.
    let isSorted = zip(rows, rows.dropFirst()).allSatisfy {
      Self.compare(planned[$0], planned[$1], source) <= 0
    }
    if !isSorted { rows.sort { Self.compare(planned[$0], planned[$1], source) < 0 } }
    self.rows = rows
    for (previous, row) in zip(rows, rows.dropFirst())
    where source.anchor(of: planned[row]) == nil
      && Self.compare(planned[previous], planned[row], source) == 0
    {
      occurrences[row] = (occurrences[previous] ?? 1) + 1
    }
  }

  /// Appends the three cells of a row's key.
  func appendKey(of row: Int, _ source: PlanSource, to image: inout RowImage) {
    let planned = source.plan.rows[row]
    image.append(nonNull: source.domainKey(of: planned)[...])
    image.append(nonNull: source.loginKey(of: planned))
    if let guid = source.anchor(of: planned) { return image.append(blob: guid.bytes) }
    image.append { bytes in
      bytes.append(
        contentsOf: source.value(SnapshotColumns.distinguishedName, of: planned) ?? [])
      guard let occurrence = occurrences[row] else { return }
      bytes.append(contentsOf: "#\(Hex.text(of: UInt(occurrence), width: 8))".utf8)
    }
  }

  /// As SQLite orders the key: bytes, and text (no GUID) before blobs.
  private static func compare(_ left: PlannedRow, _ right: PlannedRow, _ source: PlanSource) -> Int
  {
    if left.batch != right.batch {
      let order = compare(source.domainKey(of: left)[...], source.domainKey(of: right)[...])
      if order != 0 { return order }
    }
    let order = compare(source.loginKey(of: left), source.loginKey(of: right))
    if order != 0 { return order }
    switch (source.anchor(of: left), source.anchor(of: right)) {
    case (let one?, let other?): return one < other ? -1 : one == other ? 0 : 1
    case (nil, _?): return -1
    case (_?, nil): return 1
    case (nil, nil):
      let name = SnapshotColumns.distinguishedName
      return compare(source.value(name, of: left) ?? [], source.value(name, of: right) ?? [])
    }
  }

  /// Byte order, the shorter first.
  static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    var one = left.startIndex
    var other = right.startIndex
    while one < left.endIndex, other < right.endIndex {
      if left[one] != right[other] { return Int(left[one]) - Int(right[other]) }
      one += 1
      other += 1
    }
    return left.count - right.count
  }
}
