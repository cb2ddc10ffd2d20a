internal import PluginContract
internal import TenantCore

/// Rows that several users matched in the last run, and of whom the users file lacks some now (M16).
///
/// A file cannot prove that it is whole, so that a missing candidate settles nothing: the row stays
/// ambiguous as long as it is compared by the same value.
struct MissingCandidates {
  /// For each row of a directory user with a reason of the last run: that reason, and the place of the
  /// row's keys. Empty where users cannot be missing.
  private let last: [Int: (reason: Reason, keys: Int)]
  private let keys: RemadeKeys
  private let names: Set<String>
  private let join: Join
  private let writer: ReasonWriter

  /// - Throws: what the matcher throws; `CancellationError`.
  init(_ join: Join) async throws {
    self.join = join
    writer = ReasonWriter(join: join)
    let ambiguities = join.input.ambiguities
    guard !ambiguities.isEmpty else {
      (last, keys, names) = ([:], .none, [])
      return
    }
    var last: [Int: (reason: Reason, keys: Int)] = [:]
    var rows: [Int] = []
    for (row, place) in join.rows.places.enumerated() {
      guard let guid = join.rows.guid(place), let reason = ambiguities[guid] else { continue }
      last[row] = (reason, rows.count)
      rows.append(row)
    }
    self.last = last
    keys = try await RemadeKeys(of: rows, join, purpose: .candidates)
    let users = join.users
    names = Set((0..<users.count).lazy.map { CanonicalText.of(users.userName(of: $0)) })
  }

  /// True if something is known of a row from a last run.
  func concern(_ row: Int) -> Bool { !last.isEmpty && last[row] != nil }

  /// The reason of a row that stays ambiguous; nil for any other row.
  ///
  /// - Parameter free: the users that match now and could be linked.
  func reason(for row: Int, tiers: UInt64, free: [Int]) -> Reason? {
    guard let (last, place) = last[row], let reason = sameComparison(row, place, tiers, as: last)
    else { return nil }
    return self.reason(reason, after: last, free: free)
  }

  private func reason(_ compared: Reason, after last: Reason, free: [Int]) -> Reason? {
    var reason = compared
    let gone = last.candidates.filter { !names.contains(CanonicalText.of($0)) }
    let isOnlyOneLeft = free.count < 2 && hasUnnamedCandidates(last)
    guard !gone.isEmpty || isOnlyOneLeft else { return nil }
    reason.code = ReasonCode.candidateGone
    reason.candidates = union(last.candidates, writer.names(of: free))
    reason.detail = (gone.map { "'\($0)'" } + (gone.isEmpty ? ["some"] : []))
      .joined(separator: ", ")
    return reason
  }

  /// The row's key that several users had; nil if the row is compared by other values now.
  private func sameComparison(
    _ row: Int, _ index: Int, _ tiers: UInt64, as last: Reason
  ) -> Reason? {
    let place = join.rows.places[row]
    let (number, values) = keys.place(of: index)
    let batch = keys.batches[number]
    for value in values {
      guard tiers & 1 << UInt64(join.rules[Int(batch.rules[value])].tier) != 0 else { continue }
      let reason = writer.compared(place, batch, value: value)
      if reason.matcher == last.matcher, reason.attribute == last.attribute,
        reason.canonical == last.canonical
      {
        return reason
      }
    }
    return nil
  }

  /// A reason names so many candidates and no more; whether one of the others is missing is not known.
  private func hasUnnamedCandidates(_ reason: Reason) -> Bool {
    reason.candidates.count >= ReasonWriter.namedLimit
      && (reason.code == ReasonCode.candidateGone || reason.detail != nil)
  }

  private func union(_ names: [String], _ others: [String]) -> [String] {
    var byKey: [String: String] = [:]
    for name in names + others { byKey[CanonicalText.of(name)] = name }
    return byKey.sorted { $0.key < $1.key }.map(\.value)
  }
}
