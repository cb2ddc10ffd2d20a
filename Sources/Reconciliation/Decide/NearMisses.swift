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
  func find(for open: [Int]) async throws -> [Int: Reason] {
    guard !open.isEmpty, matcher.rules.contains(where: { $0.strength != .exact }) else {
      return [:]
    }
    let nearest = try await firstUsers()
    let numbers = Set(open.map { rows.places[$0].batch }).sorted()
    let keys = try await matcher.checkedKeys(
      of: numbers.map { rows.batches[Int($0)].records }, side: .directory, purpose: .explanation)
    let batches = Dictionary(uniqueKeysWithValues: zip(numbers, keys))
    var reasons: [Int: Reason] = [:]
    for row in open {
      let place = rows.places[row]
      reasons[row] = batches[place.batch].flatMap { reason(place, $0, nearest) }
    }
    return reasons
  }

  /// For each near key, the free and active user with the smallest folded name.
  private func firstUsers() async throws -> [NearKey: Int] {
    var first: [NearKey: (user: Int, name: String)] = [:]
    var queue = KeyQueue(matcher, .tenant, .explanation)
    var start = 0
    func take(_ keys: KeyBatch?) -> Bool {
      guard let keys else { return false }
      for record in 0..<keys.recordCount { note(start + record, keys, record, in: &first) }
      start += keys.recordCount
      return true
    }
    for batch in users.batches { _ = take(try await queue.add(batch.records)) }
    while take(try await queue.next()) {}
    return first.mapValues(\.user)
  }

  private func note(
    _ user: Int, _ keys: KeyBatch, _ record: Int,
    in first: inout [NearKey: (user: Int, name: String)]
  ) {
    guard availability.isFree(user) else { return }
    for value in keys.keys.values(of: record) {
      guard let key = nearKey(keys, value) else { continue }
      let name = CanonicalText.of(users.userName(of: user))
      if first[key].map({ name < $0.name }) ?? true { first[key] = (user, name) }
    }
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
