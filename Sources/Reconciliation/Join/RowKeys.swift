internal import PluginContract
internal import TenantCore

/// The keys of every row, looked up in the users' index once.
struct RowKeys: Sendable {
  /// A key of a row that some user has too.
  struct Hit: Sendable {
    var key: UserIndex.Key
    var tier: Int16
    /// Where the key is in the row's ``PluginContract/KeyBatch``.
    var value: Int32
  }

  private var ends: [Int32] = []
  private var hits: [Hit] = []
  /// For each row: a bit for each tier in which it has a key, known to a user or not.
  private(set) var tierMasks: [UInt64] = []
  let batches: [KeyBatch]
  private let rules: [KeyRule]

  /// Looks up the keys of `rows`; `batches` are those of `rows.batches`, in order.
  init(_ batches: [KeyBatch], rows: DirectoryRows, rules: [KeyRule], index: UserIndex) {
    self.batches = batches
    self.rules = rules
    ends.reserveCapacity(rows.places.count)
    tierMasks.reserveCapacity(rows.places.count)
    for place in rows.places { add(place, index) }
  }

  private mutating func add(_ place: DirectoryRows.Place, _ index: UserIndex) {
    let batch = batches[Int(place.batch)]
    let start = hits.count
    var mask: UInt64 = 0
    for value in batch.keys.values(of: Int(place.record)) {
      let tier = rules[Int(batch.rules[value])].tier
      mask |= 1 << UInt64(tier)
      guard let key = index.find(batch.keys.value(value), tier: tier) else { continue }
      addHit(Hit(key: key, tier: Int16(tier), value: Int32(value)), from: start, batch)
    }
    ends.append(Int32(hits.count))
    tierMasks.append(mask)
  }

  /// A key that two of the row's rules made counts once, for the rule that stands first.
  private mutating func addHit(_ hit: Hit, from start: Int, _ batch: KeyBatch) {
    guard let same = hits[start...].firstIndex(where: { $0.key == hit.key }) else {
      return hits.append(hit)
    }
    if batch.rules[Int(hit.value)] < batch.rules[Int(hits[same].value)] { hits[same] = hit }
  }

  /// The keys of a row that users have.
  func hits(of row: Int) -> ArraySlice<Hit> {
    hits[(row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])]
  }

  /// The rule and value of a key, small enough to keep for every row.
  func rule(of hit: Hit, place: DirectoryRows.Place) -> PlannedReason {
    let batch = batches[Int(place.batch)]
    return .rule(
      index: batch.rules[Int(hit.value)], value: batch.valueIndexes[Int(hit.value)])
  }

  /// What a matcher said of a row instead of keys.
  func verdict(_ place: DirectoryRows.Place) -> Verdict? {
    batches[Int(place.batch)].verdicts[Int(place.record)]
  }
}
