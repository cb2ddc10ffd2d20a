internal import PluginContract
internal import TenantCore

/// Finds, for rows that nobody fits, the nearest free tenant user: near keys explain, they never
/// decide.
struct NearMisses {
  let matcher: any Matcher
  let rows: DirectoryRows
  let writer: ReasonWriter
  let users: TenantUsers
  let availability: Availability

  private struct NearKey: Hashable {
    var kind: NearMissKind
    var tier: Int
    var bytes: ArraySlice<UInt8>
  }

  /// The reason of each row that has a nearest user. The kind decides first, in the order of
  /// semantics.md 5, then the tier, then the user's name.
  func find(for open: [Int]) throws -> [Int: Reason] {
    guard !open.isEmpty, matcher.rules.contains(where: { $0.strength != .exact }) else {
      return [:]
    }
    let nearest = try firstUsers()
    var batches: [Int32: KeyBatch] = [:]
    var reasons: [Int: Reason] = [:]
    for row in open {
      let place = rows.places[row]
      let batch = try batches[place.batch] ?? directoryKeys(place.batch)
      batches[place.batch] = batch
      reasons[row] = reason(place, batch, nearest)
    }
    return reasons
  }

  private func directoryKeys(_ batch: Int32) throws -> KeyBatch {
    let records = rows.batches[Int(batch)].records.selecting(matcher.attributes)
    return try matcher.checkedKeys(for: records, side: .directory, purpose: .explanation)
  }

  /// For each near key, the free and active user with the smallest folded name.
  private func firstUsers() throws -> [NearKey: Int] {
    var first: [NearKey: (user: Int, name: String)] = [:]
    for (number, batch) in users.batches.enumerated() {
      let records = batch.records.selecting(matcher.fields.map(\.rawValue))
      let keys = try matcher.checkedKeys(for: records, side: .tenant, purpose: .explanation)
      for record in 0..<batch.records.count {
        let user = number * RecordBatch.maximumCount + record
        guard availability.isActive(user), !availability.isTaken(user) else { continue }
        for value in keys.keys.values(of: record) {
          guard let key = nearKey(keys, value) else { continue }
          let name = CanonicalText.of(users.userName(of: user))
          if first[key].map({ name < $0.name }) ?? true { first[key] = (user, name) }
        }
      }
    }
    return first.mapValues(\.user)
  }

  private func reason(
    _ place: DirectoryRows.Place, _ batch: KeyBatch, _ nearest: [NearKey: Int]
  ) -> Reason? {
    var best: (rank: Int, tier: Int, value: Int, user: Int)?
    for value in batch.keys.values(of: Int(place.record)) {
      guard let key = nearKey(batch, value), let user = nearest[key],
        let rank = NearMissKind.allCases.firstIndex(of: key.kind)
      else { continue }
      if best.map({ (rank, key.tier) < ($0.rank, $0.tier) }) ?? true {
        best = (rank, key.tier, value, user)
      }
    }
    guard let best else { return nil }
    var reason = writer.compared(place, batch, value: best.value)
    reason.candidates = writer.names(of: [best.user])
    return reason
  }

  private func nearKey(_ batch: KeyBatch, _ value: Int) -> NearKey? {
    let rule = writer.rules[Int(batch.rules[value])]
    guard case .near(let kind) = rule.strength else { return nil }
    return NearKey(kind: kind, tier: rule.tier, bytes: batch.keys.value(value))
  }
}
