internal import PluginContract
internal import TenantCore

/// The order of R4: folded domain, folded login, GUID.
///
/// Sorted by the first sixteen bytes of the login, in runs beside each other that are merged; only
/// where these are equal is the record looked at.
struct RowOrder: Sendable {
  private let batches: [DirectoryUserBatch]
  /// The folded logins of each batch.
  private let logins: [PackedColumn?]
  /// For each directory, the place of its domain among the folded domains.
  private let ranks: [UInt32]

  init(_ batches: [DirectoryUserBatch], domains: [String]) {
    self.batches = batches
    logins = batches.map { $0.records.column(DirectoryAttribute.login)?.canonical }
    let folded = domains.map(CanonicalText.of)
    let order = Set(folded).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    ranks = folded.map { domain in UInt32(order.firstIndex(of: domain) ?? 0) }
  }

  /// Sorts records.
  ///
  /// - Parameter records: those of each batch that count.
  /// - Throws: `CancellationError`.
  func places(
    _ records: [[Int32]], _ partitions: Partitions
  ) async throws -> [DirectoryRows.Place] {
    let cuts = partitions.ranges(of: batches.count)
    var runs = try await partitions.map(cuts.indices) { run in
      var keys: [SortKey] = []
      keys.reserveCapacity(cuts[run].reduce(0) { $0 + records[$1].count })
      for batch in cuts[run] { append(records[batch], of: batch, to: &keys) }
      try Task.checkCancellation()
      keys.sort(by: precedes)
      return keys
    }
    while runs.count > 1 {
      let pairs = runs
      runs = try await partitions.map(0..<(pairs.count + 1) / 2) { pair in
        pair * 2 + 1 < pairs.count
          ? merged(pairs[pair * 2], pairs[pair * 2 + 1]) : pairs[pair * 2]
      }
    }
    return (runs.first ?? []).map { DirectoryRows.Place($0.number) }
  }

  private struct SortKey: Sendable {
    var domain: UInt32
    /// The record's place.
    var number: Int32
    /// The first bytes of the folded login: nearly all comparisons end here.
    var first: UInt64
    var second: UInt64
  }

  private func append(_ records: [Int32], of batch: Int, to keys: inout [SortKey]) {
    let domain = ranks[batches[batch].directory]
    let column = logins[batch] ?? PackedColumn()
    let bytes = column.bytes.span.bytes
    for record in records {
      var range = 0..<0
      if Int(record) < column.recordCount {
        let values = column.values(of: Int(record))
        if !values.isEmpty { range = column.byteRange(ofValue: values.lowerBound) }
      }
      let login = bytes.extracting(range)
      keys.append(
        SortKey(
          domain: domain,
          number: DirectoryRows.Place(batch: Int32(batch), record: record).number,
          first: Self.prefix(login, from: 0), second: Self.prefix(login, from: 8)))
    }
  }

  /// Eight bytes as a number of the same order; zeros stand for what is missing.
  private static func prefix(_ bytes: RawSpan, from start: Int) -> UInt64 {
    if bytes.byteCount >= start + 8 { return bytes.word(at: start).byteSwapped }
    var value: UInt64 = 0
    for offset in start..<start + 8 {
      value = value << 8 | (offset < bytes.byteCount ? UInt64(bytes.byte(at: offset)) : 0)
    }
    return value
  }

  private func precedes(_ left: SortKey, _ right: SortKey) -> Bool {
    if left.domain != right.domain { return left.domain < right.domain }
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    return precedesWithSamePrefix(
      DirectoryRows.Place(left.number), DirectoryRows.Place(right.number))
  }

  private func precedesWithSamePrefix(
    _ left: DirectoryRows.Place, _ right: DirectoryRows.Place
  ) -> Bool {
    let (first, second) = (foldedLogin(left), foldedLogin(right))
    if first != second { return first.lexicographicallyPrecedes(second) }
    switch (guid(left), guid(right)) {
    case (let one?, let other?): return one < other
    case (nil, _?): return true
    case (_?, nil): return false
    case (nil, nil):
      let (one, other) = (name(left), name(right))
      if one != other { return one.lexicographicallyPrecedes(other) }
      return left.number < right.number
    }
  }

  private func merged(_ left: [SortKey], _ right: [SortKey]) -> [SortKey] {
    var all: [SortKey] = []
    all.reserveCapacity(left.count + right.count)
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      if precedes(right[j], left[i]) {
        all.append(right[j])
        j += 1
      } else {
        all.append(left[i])
        i += 1
      }
    }
    all += left[i...]
    all += right[j...]
    return all
  }

  private func foldedLogin(_ place: DirectoryRows.Place) -> ArraySlice<UInt8> {
    logins[Int(place.batch)]?.first(of: Int(place.record)) ?? []
  }

  private func guid(_ place: DirectoryRows.Place) -> ObjectGUID? {
    batches[Int(place.batch)].anchors[Int(place.record)]
  }

  private func name(_ place: DirectoryRows.Place) -> ArraySlice<UInt8> {
    batches[Int(place.batch)].records.column(DirectoryAttribute.distinguishedName)?.raw
      .first(of: Int(place.record)) ?? []
  }
}
