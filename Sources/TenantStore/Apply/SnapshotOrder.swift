internal import PluginContract
internal import TenantCore

/// The planned rows in the order of their keys in the snapshot (R4).
struct SnapshotOrder: Sendable {
  private let source: PlanSource
  /// Row numbers by place; nil if the rows of the plan are in this order, as they come from the planner.
  private let rows: [Int32]?
  /// For rows without a GUID whose distinguished name was seen under this login already: which
  /// occurrence they are, from 2, by place.
  private let occurrences: [Int: Int]

  init(_ source: PlanSource) {
    self.source = source
    let planned = source.plan.rows
    let isSorted = planned.indices.dropFirst().allSatisfy {
      Self.compare(planned[$0 - 1], planned[$0], source) <= 0
    }
    let rows =
      isSorted
      ? nil
      : planned.indices.map { Int32($0) }.sorted {
        Self.compare(planned[Int($0)], planned[Int($1)], source) < 0
      }
    self.rows = rows
    var occurrences: [Int: Int] = [:]
    func row(_ place: Int) -> PlannedRow { planned[rows.map { Int($0[place]) } ?? place] }
    for place in planned.indices.dropFirst()
    where source.anchor(of: row(place)) == nil
      && Self.compare(row(place - 1), row(place), source) == 0
    {
      occurrences[place] = (occurrences[place - 1] ?? 1) + 1
    }
    self.occurrences = occurrences
  }

  /// The number of rows.
  var count: Int { source.plan.rows.count }

  /// The number of the row at a place.
  func number(_ place: Int) -> Int { rows.map { Int($0[place]) } ?? place }

  /// The row at a place.
  func row(_ place: Int) -> PlannedRow { source.plan.rows[number(place)] }

  /// Of rows without a GUID that are alike, which one it is, from 2; 0 for any other.
  func occurrence(_ place: Int) -> Int { occurrences.isEmpty ? 0 : occurrences[place] ?? 0 }

  /// The key of the row at a place.
  func key(_ place: Int) -> [UInt8] {
    let row = row(place)
    var key: [UInt8] = []
    SnapshotKey.append(text: source.domainKey(of: row)[...], to: &key)
    SnapshotKey.append(text: source.loginKey(of: row), to: &key)
    if let guid = source.anchor(of: row) {
      SnapshotKey.append(guid: guid.bytes[...], to: &key)
    } else {
      SnapshotKey.appendRecordMark(to: &key)
      key += source.value(.distinguishedName, of: row)
      SnapshotKey.append(occurrence: occurrence(place), to: &key)
    }
    return key
  }

  /// The first place whose key does not come before this one.
  func place(notBefore key: [UInt8]) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self.key(middle).lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// As keys are ordered: bytes, and text (no GUID) before GUIDs.
  private static func compare(_ left: PlannedRow, _ right: PlannedRow, _ source: PlanSource) -> Int
  {
    if left.batch != right.batch {
      let (one, other) = (source.domainKey(of: left), source.domainKey(of: right))
      let order = compare(one.span, other.span)
      if order != 0 { return order }
    }
    let order = compare(left, right, source.loginKeyColumns)
    if order != 0 { return order }
    switch (source.anchor(of: left), source.anchor(of: right)) {
    case (let one?, let other?): return one < other ? -1 : one == other ? 0 : 1
    case (nil, _?): return -1
    case (_?, nil): return 1
    case (nil, nil): return compare(left, right, source.columns(.distinguishedName))
    }
  }

  private static func compare(
    _ left: PlannedRow, _ right: PlannedRow, _ columns: [PackedColumn]
  ) -> Int {
    compare(
      columns[Int(left.batch)], Int(left.record), columns[Int(right.batch)], Int(right.record))
  }

  private static func compare(
    _ left: PackedColumn, _ record: Int, _ right: PackedColumn, _ other: Int
  ) -> Int {
    compare(
      left.bytes.span.extracting(left.range(ofFirst: record)),
      right.bytes.span.extracting(right.range(ofFirst: other)))
  }

  /// Byte order, the shorter first.
  static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    compare(left.span, right.span)
  }

  private static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
  }
}
