internal import PluginContract
internal import TenantCore

/// Rows that several users matched in the last run, and of whom the users file lacks some now (M16).
///
/// A file cannot prove that it is whole, so that a missing candidate settles nothing: the row stays
/// ambiguous as long as it is compared by the same value.
struct MissingCandidates {
  /// The reasons of the last run; empty where users cannot be missing.
  private let ambiguities: [ObjectGUID: Reason]
  private let names: Set<String>
  private let join: Join
  private let writer: ReasonWriter

  init(_ join: Join) {
    self.join = join
    ambiguities = join.input.ambiguities
    writer = ReasonWriter(join: join)
    let users = join.users
    names =
      ambiguities.isEmpty
      ? [] : Set((0..<users.count).lazy.map { CanonicalText.of(users.userName(of: $0)) })
  }

  /// The reason of a row that stays ambiguous; nil for any other row.
  ///
  /// - Parameter free: the users that match now and could be linked.
  func reason(for row: Int, tiers: UInt64, free: [Int]) -> Reason? {
    guard !ambiguities.isEmpty, let guid = join.rows.guid(join.rows.places[row]),
      let last = ambiguities[guid], var reason = sameComparison(row, tiers, as: last)
    else { return nil }
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
  private func sameComparison(_ row: Int, _ tiers: UInt64, as last: Reason) -> Reason? {
    let place = join.rows.places[row]
    let batch = join.keys.batches[Int(place.batch)]
    for value in batch.keys.values(of: Int(place.record)) {
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
