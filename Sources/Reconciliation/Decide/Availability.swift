internal import TenantCore

/// Which tenant users can still be given to a directory user (M7, M10, U2).
struct Availability: Sendable {
  /// Who holds a user: as an index into the links, or into the rows found in this run.
  enum Holder: Sendable, Equatable {
    case link(Int32)
    case row(Int32)
  }

  /// For each user: -1 for nobody, below for a link, above for a row.
  private var holders: [Int32]
  private let isActive: [Bool]
  private let releases: [ObjectGUID: Set<Int>]
  /// For each held user, the unlink that holds it.
  private let holds: [Int: Release]

  /// Takes the state before the run; users are numbers.
  ///
  /// - Parameter linked: for each user, the link or -1; empty if nobody is linked.
  init(
    isActive: [Bool], linked: [Int32], releases: [ObjectGUID: Set<Int>],
    holds: [Int: Release]
  ) {
    self.isActive = isActive
    self.releases = releases
    self.holds = holds
    holders =
      linked.isEmpty
      ? [Int32](repeating: Self.nobody, count: isActive.count)
      : linked.map { $0 < 0 ? Self.nobody : Self.nobody - 1 - $0 }
  }

  func isActive(_ user: Int) -> Bool { isActive[user] }

  func isTaken(_ user: Int) -> Bool { holders[user] != Self.nobody }

  /// Who holds a user; nil if nobody does.
  func holder(of user: Int) -> Holder? {
    let holder = holders[user]
    if holder == Self.nobody { return nil }
    return holder < Self.nobody ? .link(Self.nobody - 1 - holder) : .row(holder)
  }

  /// The unlink that holds a user, so that it is nobody's candidate (U2).
  func hold(of user: Int) -> Release? { holds[user] }

  func isHeld(_ user: Int) -> Bool { holds[user] != nil }

  /// True if a user can be given to a row.
  func isFree(_ user: Int) -> Bool { isActive(user) && !isTaken(user) && !isHeld(user) }

  /// The users that were released from a directory user.
  func released(from guid: ObjectGUID?) -> Set<Int> { guid.flatMap { releases[$0] } ?? [] }

  /// Gives a user to a row, from the next tier on.
  mutating func take(_ user: Int, row: Int) { holders[user] = Int32(row) }

  private static let nobody: Int32 = -1
}
