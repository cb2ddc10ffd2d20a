internal import PluginContract
internal import TenantCore

/// Finds, for rows that no user matches, the nearest free tenant user: near keys explain, they never
/// decide. The cost is that of these rows and of the users that are still free.
struct NearMisses {
  /// A row's nearest user, with the row's key that it has too.
  struct Nearest: Sendable {
    var user: Int
    var value: Int
  }

  private let join: Join
  private let writer: ReasonWriter
  private let kinds: NearKinds
  private let rows: [Int]
  private let keys: RemadeKeys
  /// For each of the rows: its nearest user, or nil.
  let nearest: [Nearest?]

  /// Looks for the nearest user of each row. The kind decides first, in the order of semantics.md 5,
  /// then the tier, then the user's name.
  ///
  /// - Throws: what the matcher throws; `CancellationError`.
  init(of rows: [Int], _ join: Join, availability: Availability) async throws {
    self.join = join
    self.rows = rows
    writer = ReasonWriter(join: join)
    kinds = NearKinds(join.rules)
    guard !rows.isEmpty, !kinds.isEmpty else {
      keys = RemadeKeys.none
      nearest = rows.map { _ in nil }
      return
    }
    let (kinds, keys) = (kinds, try await RemadeKeys(of: rows, join, purpose: .explanation))
    let (set, numbers) = try await KeySet.numbering(
      keys.batches, groups: kinds.groups, join.input.partitions)
    let firsts = try await Self.firstUsers(of: set, join, availability)
    nearest = rows.indices.map { index in
      let (number, values) = keys.place(of: index)
      let batch = keys.batches[number]
      var best: (group: UInt16, nearest: Nearest)?
      for value in values {
        let group = kinds.groups[Int(batch.rules[value])]
        let user = Int(firsts[Int(numbers[number][value])])
        guard user >= 0, best.map({ group < $0.group }) ?? true,
          !Self.isEqual(rows[index], user, tier: kinds.tier(of: group), join)
        else { continue }
        best = (group, Nearest(user: user, value: value))
      }
      return best?.nearest
    }
    self.keys = keys
  }

  /// For each key, the free and active user with the smallest folded name; -1 for none.
  private static func firstUsers(
    of set: KeySet, _ join: Join, _ availability: Availability
  ) async throws -> [Int32] {
    let parts = join.input.partitions.ranges(of: join.users.batches.count)
    let found = try await join.input.partitions.map(parts.indices) { part in
      var firsts = [Int32](repeating: -1, count: set.count)
      var queue = KeyQueue(join.matcher, .tenant, .explanation)
      var asked: [[Int]] = []
      func take(_ keys: KeyBatch?) -> Bool {
        guard let keys else { return false }
        note(keys, of: asked.removeFirst(), set, join, in: &firsts)
        return true
      }
      for batch in parts[part] {
        try Task.checkCancellation()
        let start = batch * RecordBatch.maximumCount
        let free = join.users.batches[batch].isActive.indices
          .filter { availability.isFree(start + $0) }
        guard !free.isEmpty else { continue }
        asked.append(free.map { start + $0 })
        let records = join.users.batches[batch].records
          .selecting(join.matcher.fields.map(\.rawValue)).taking(free)
        _ = take(try await queue.add(records))
      }
      while take(try await queue.next()) {}
      return firsts
    }
    return found.dropFirst().reduce(into: found[0]) { all, more in
      for key in all.indices {
        let (one, other) = (all[key], more[key])
        if other >= 0, one < 0 || join.index.ranks[Int(other)] < join.index.ranks[Int(one)] {
          all[key] = other
        }
      }
    }
  }

  private static func note(
    _ keys: KeyBatch, of users: [Int], _ set: KeySet, _ join: Join, in firsts: inout [Int32]
  ) {
    let found = set.find(keys)
    for (record, user) in users.enumerated() {
      for value in keys.keys.values(of: record) where found[value] >= 0 {
        let first = firsts[Int(found[value])]
        if first < 0 || join.index.ranks[user] < join.index.ranks[Int(first)] {
          firsts[Int(found[value])] = Int32(user)
        }
      }
    }
  }

  /// True if a row and a user have an equal key in a tier: then no difference there is the reason
  /// (another tier of mode `all` differs).
  private static func isEqual(_ row: Int, _ user: Int, tier: Int, _ join: Join) -> Bool {
    join.hit(row, user: user, tiers: 1 << UInt64(tier)) != nil
  }

  /// The reason of one of the rows, by its place among them; nil if no user is near.
  func reason(of index: Int) -> Reason? {
    guard let nearest = nearest[index] else { return nil }
    let batch = keys.batches[keys.place(of: index).batch]
    let rule = join.rules[Int(batch.rules[nearest.value])]
    var reason = writer.compared(join.rows.places[rows[index]], batch, value: nearest.value)
    reason.candidates = writer.names(of: [nearest.user])
    if case .near(let kind) = rule.strength, let other = value(of: nearest.user, rule.fields) {
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
}

/// The groups in which near keys are compared: kind and tier, the nearer kind first.
private struct NearKinds: Sendable {
  /// For each rule, its group.
  let groups: [UInt16]
  private let tiers: [Int]

  init(_ rules: [KeyRule]) {
    let ranks = NearMissKind.allCases
    let places = rules.map { rule -> [Int]? in
      guard case .near(let kind) = rule.strength else { return nil }
      return [ranks.firstIndex(of: kind) ?? ranks.count, rule.tier]
    }
    let order = Set(places.compactMap(\.self)).sorted { $0.lexicographicallyPrecedes($1) }
    groups = places.map { place in
      UInt16(clamping: place.flatMap { order.firstIndex(of: $0) } ?? order.count)
    }
    tiers = order.map { $0[1] }
  }

  var isEmpty: Bool { tiers.isEmpty }

  func tier(of group: UInt16) -> Int { tiers[Int(group)] }
}
