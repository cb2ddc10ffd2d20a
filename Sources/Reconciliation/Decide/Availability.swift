internal import TenantCore

/// Which tenant users can still be given to a directory user (M7, M10, U2).
struct Availability: Sendable {
  /// Who holds a user: as an index into the links, or into the rows found in this run.
  enum Holder: Sendable, Equatable {
    case link(Int32)
    case row(Int32)
  }

  private(set) var holders: [Int: Holder] = [:]
  private let isActive: [Bool]
  private let releases: [ObjectGUID: Set<Int>]

  /// Takes the state before the run; users are numbers.
  init(isActive: [Bool], linked: [Int: Int32], releases: [ObjectGUID: Set<Int>]) {
    self.isActive = isActive
    self.releases = releases
    holders = linked.mapValues(Holder.link)
  }

  func isActive(_ user: Int) -> Bool { isActive[user] }

  func isTaken(_ user: Int) -> Bool { holders[user] != nil }

  /// The users that were released from a directory user.
  func released(from guid: ObjectGUID?) -> Set<Int> { guid.flatMap { releases[$0] } ?? [] }

  /// Gives a user to a row, from the next tier on.
  mutating func take(_ user: Int, row: Int) { holders[user] = .row(Int32(row)) }
}
