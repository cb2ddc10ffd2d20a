internal import TenantCore

/// The rows whose keys lead to one free user, which nearly every row of a tenant is: looked for beside each
/// other, since nothing that is decided meanwhile changes the answer.
struct OnlyCandidates: Sendable {
  /// Whom a row's keys lead to, and by which of them.
  struct Candidate: Sendable {
    var user: Int32
    var hit: RowKeys.Hit
  }

  /// For each row that was asked for.
  private let found: [Candidate]

  private static let nobody: Int32 = -1

  /// Looks for the users of rows in the tiers of a finder.
  ///
  /// - Throws: `CancellationError`.
  init(
    of rows: [Int32], _ finder: CandidateFinder, _ availability: Availability,
    _ partitions: Partitions
  ) async throws {
    let pieces = (rows.count + Self.length - 1) / Self.length
    let parts = try await partitions.map(0..<pieces) { piece in
      rows[piece * Self.length..<min(rows.count, (piece + 1) * Self.length)].map { row in
        finder.onlyFreeUser(of: Int(row), availability)
          ?? Candidate(
            user: Self.nobody, hit: RowKeys.Hit(key: 0, rule: 0, valueIndex: 0))
      }
    }
    found = Array(parts.joined())
  }

  /// How many rows a piece has: after it, it is asked whether the run was cancelled.
  private static let length = 16_384

  /// The user and the key of a row, by its position among those asked for; nil says nothing.
  subscript(position: Int) -> Candidate? {
    found[position].user == Self.nobody ? nil : found[position]
  }
}
