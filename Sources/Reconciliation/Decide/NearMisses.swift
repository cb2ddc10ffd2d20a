internal import PluginContract
internal import TenantCore

/// Finds, for rows that no user matches, the nearest free tenant user: near keys explain, they never
/// decide.
struct NearMisses {
  private let join: Join
  private let availability: Availability
  private let writer: ReasonWriter

  init(_ join: Join, availability: Availability) {
    self.join = join
    self.availability = availability
    writer = ReasonWriter(join: join)
  }

  private struct NearKey: Hashable {
    var kind: NearMissKind
    var tier: Int
    var bytes: ArraySlice<UInt8>
  }

  /// The reason of each row that has a nearest user. The kind decides first, in the order of
  /// semantics.md 5, then the tier, then the user's name.
  func find(for open: [Int]) async throws -> [Int: Reason] {
    guard !open.isEmpty, join.rules.contains(where: { $0.strength != .exact }) else {
      return [:]
    }
    let records = Dictionary(grouping: open.map { join.rows.places[$0] }, by: \.batch)
      .mapValues { Set($0.map { Int($0.record) }) }
    let numbers = records.keys.sorted()
    let keys = try await join.matcher.checkedKeys(
      of: numbers.map { number in
        join.rows.batches[Int(number)].records.selecting(join.matcher.attributes)
          .keeping { records[number]?.contains($0) ?? false }
      }, side: .directory, purpose: .explanation)
    let batches = Dictionary(uniqueKeysWithValues: zip(numbers, keys))
    let wanted = wantedKeys(open, batches)
    let nearest = try await firstUsers(among: wanted)
    var reasons: [Int: Reason] = [:]
    for row in open {
      reasons[row] = batches[join.rows.places[row].batch].flatMap { reason(row, $0, nearest) }
    }
    return reasons
  }

  /// The near keys of the rows: users' keys that are none of them are not kept.
  private func wantedKeys(_ open: [Int], _ batches: [Int32: KeyBatch]) -> Set<NearKey> {
    var wanted: Set<NearKey> = []
    for place in open.lazy.map({ join.rows.places[$0] }) {
      guard let batch = batches[place.batch] else { continue }
      for value in batch.keys.values(of: Int(place.record)) {
        if let key = nearKey(batch, value) { wanted.insert(key) }
      }
    }
    return wanted
  }

  /// For each wanted key, the free and active user with the smallest folded name.
  private func firstUsers(among wanted: Set<NearKey>) async throws -> [NearKey: Int] {
    var first: [NearKey: Int] = [:]
    var queue = KeyQueue(join.matcher, .tenant, .explanation)
    var start = 0
    func take(_ keys: KeyBatch?) -> Bool {
      guard let keys else { return false }
      for record in 0..<keys.recordCount { note(start + record, keys, record, wanted, in: &first) }
      start += keys.recordCount
      return true
    }
    var number = 0
    for batch in join.users.batches {
      let records = batch.records.selecting(join.matcher.fields.map(\.rawValue))
        .keeping { availability.isFree(number + $0) }
      number += batch.records.count
      _ = take(try await queue.add(records))
    }
    while take(try await queue.next()) {}
    return first
  }

  private func note(
    _ user: Int, _ keys: KeyBatch, _ record: Int, _ wanted: Set<NearKey>,
    in first: inout [NearKey: Int]
  ) {
    for value in keys.keys.values(of: record) {
      guard let key = nearKey(keys, value), wanted.contains(key) else { continue }
      if first[key].map({ join.index.ranks[user] < join.index.ranks[$0] }) ?? true {
        first[key] = user
      }
    }
  }

  private func reason(_ row: Int, _ batch: KeyBatch, _ nearest: [NearKey: Int]) -> Reason? {
    let place = join.rows.places[row]
    var best: (rank: Int, tier: Int, value: Int, user: Int)?
    for value in batch.keys.values(of: Int(place.record)) {
      guard let key = nearKey(batch, value), let user = nearest[key],
        let rank = NearMissKind.allCases.firstIndex(of: key.kind),
        !isEqual(row, user, tier: key.tier)
      else { continue }
      if best.map({ (rank, key.tier) < ($0.rank, $0.tier) }) ?? true {
        best = (rank, key.tier, value, user)
      }
    }
    guard let best else { return nil }
    return reason(row, batch, value: best.value, user: best.user)
  }

  /// True if a row and a user have an equal key in a tier: then no difference there is the reason
  /// (another tier of mode `all` differs).
  private func isEqual(_ row: Int, _ user: Int, tier: Int) -> Bool {
    let owned = join.index.keys(of: user)
    return join.keys.hits(of: row).contains { Int($0.tier) == tier && owned.contains($0.key) }
  }

  private func reason(_ row: Int, _ batch: KeyBatch, value: Int, user: Int) -> Reason {
    let rule = join.rules[Int(batch.rules[value])]
    var reason = writer.compared(join.rows.places[row], batch, value: value)
    reason.candidates = writer.names(of: [user])
    if case .near(let kind) = rule.strength, let other = self.value(of: user, rule.fields) {
      reason.detail =
        NearMissDetail(
          kind: kind, fields: rule.fields, directoryValue: reason.value ?? "", tenantValue: other
        ).text
    }
    return reason
  }

  /// What a user has in a rule's fields, as read.
  private func value(of user: Int, _ fields: [TenantField]) -> String? {
    let (batch, record) = join.users.locate(user)
    let values = fields.compactMap { field in
      join.users.batches[batch].records.column(field.rawValue)?.raw.text(of: record)
    }
    return values.isEmpty ? nil : values.joined(separator: " ")
  }

  private func nearKey(_ batch: KeyBatch, _ value: Int) -> NearKey? {
    let rule = join.rules[Int(batch.rules[value])]
    guard case .near(let kind) = rule.strength else { return nil }
    return NearKey(kind: kind, tier: rule.tier, bytes: batch.keys.value(value))
  }
}
