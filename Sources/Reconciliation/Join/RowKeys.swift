package import PluginContract
internal import TenantCore

/// The keys of a directory batch, looked up in the users' index: all that a plan needs of them.
///
/// The keys themselves are not kept: those that users have are in the index, and the few others
/// that a reason names are made again.
package struct BatchMatches: Sendable {
  /// A key of a record that some user has too.
  struct Hit: Sendable {
    var key: UserIndex.Key
    /// The rule that made it; of several rules of a record that made the same key, the first.
    var rule: UInt16
    /// Which of the record's values of the rule's attribute it was made from.
    var valueIndex: UInt16
  }

  private var ends: [UInt32] = []
  fileprivate var hits: [Hit] = []
  /// For each record: a bit for each tier in which it has a key, known to a user or not.
  fileprivate var tierMasks: [UInt64] = []
  /// What a matcher said of records instead of keys.
  fileprivate let verdicts: [Int: Verdict]

  /// Looks up the keys of a batch.
  package init(_ keys: KeyBatch, in index: UserIndex) {
    let found = index.find(keys)
    verdicts = keys.verdicts
    ends.reserveCapacity(keys.recordCount)
    tierMasks.reserveCapacity(keys.recordCount)
    hits.reserveCapacity(found.count { $0 >= 0 })
    for record in 0..<keys.recordCount {
      let start = hits.count
      var mask: UInt64 = 0
      for value in keys.keys.values(of: record) {
        let rule = keys.rules[value]
        mask |= 1 << UInt64(index.tier(ofRule: rule))
        guard found[value] >= 0 else { continue }
        add(
          Hit(key: found[value], rule: rule, valueIndex: keys.valueIndexes[value]), from: start)
      }
      ends.append(UInt32(hits.count))
      tierMasks.append(mask)
    }
  }

  /// A key that two of a record's rules made counts once, for the rule that stands first.
  private mutating func add(_ hit: Hit, from start: Int) {
    for index in start..<hits.count where hits[index].key == hit.key {
      guard hit.rule < hits[index].rule else { return }
      hits.remove(at: index)
      break
    }
    hits.append(hit)
  }

  fileprivate func range(of record: Int) -> Range<Int> {
    (record == 0 ? 0 : Int(ends[record - 1]))..<Int(ends[record])
  }
}

/// The keys of every row that users have, in the order in which its rules made them.
struct RowKeys: Sendable {
  typealias Hit = BatchMatches.Hit

  private let batches: [BatchMatches]
  private let places: [DirectoryRows.Place]

  /// Takes the matches of the rows' batches, in order.
  init(_ batches: [BatchMatches], rows: DirectoryRows) {
    self.batches = batches
    places = rows.places
  }

  /// The keys of a row that users have.
  func hits(of row: Int) -> ArraySlice<Hit> {
    let place = places[row]
    return batches[Int(place.batch)].hits[batches[Int(place.batch)].range(of: Int(place.record))]
  }

  /// The one user that all keys of a row lead to in some tiers, and of these keys that of the earliest tier,
  /// by the first rule; nil if a key has several users, or no key has one.
  func onlyUser(of row: Int, tiers: UInt64, in index: UserIndex) -> (user: Int, hit: Hit)? {
    let place = places[row]
    var only: (user: Int, hit: Hit)?
    for position in batches[Int(place.batch)].range(of: Int(place.record)) {
      let hit = batches[Int(place.batch)].hits[position]
      let tier = index.tier(ofRule: hit.rule)
      guard tiers & 1 << UInt64(tier) != 0 else { continue }
      guard let user = index.onlyUser(of: hit.key), only.map({ $0.user == user }) ?? true else {
        return nil
      }
      if only.map({ tier < index.tier(ofRule: $0.hit.rule) }) ?? true { only = (user, hit) }
    }
    return only
  }

  /// A bit for each tier in which a row has a key, known to a user or not.
  func tierMask(of row: Int) -> UInt64 {
    let place = places[row]
    return batches[Int(place.batch)].tierMasks[Int(place.record)]
  }

  /// What a matcher said of a row instead of keys.
  func verdict(_ place: DirectoryRows.Place) -> Verdict? {
    let verdicts = batches[Int(place.batch)].verdicts
    return verdicts.isEmpty ? nil : verdicts[Int(place.record)]
  }
}
