internal import TenantCore

/// Which tenant users can still be given to a directory user (M7, M10, U2).
struct Availability: Sendable {
  /// Who holds a user: as an index into the links, or into the rows found in this run.
  enum Holder: Sendable, Equatable {
    case link(Int32)
    case row(Int32)
  }

  /// Why a user is nobody's candidate.
  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let inactive = Marks(rawValue: 1)
    static let taken = Marks(rawValue: 2)
    static let held = Marks(rawValue: 4)
  }

  private var marks: [Marks]
  /// For each user: nobody, a link's index, or a row below ``firstRow``.
  private var holders: [Int32]
  private let releases: [ObjectGUID: Set<Int>]
  /// For each held user, the unlink that holds it.
  private let holds: [Int: Release]

  private static let nobody: Int32 = -1
  private static let firstRow: Int32 = -2

  /// Takes the state before the run; users are numbers.
  ///
  /// - Parameter linked: for each user, the link or -1; empty if nobody is linked.
  init(
    isActive: [Bool], linked: [Int32], releases: [ObjectGUID: Set<Int>],
    holds: [Int: Release]
  ) {
    marks = isActive.map { $0 ? [] : .inactive }
    holders =
      linked.isEmpty ? [Int32](repeating: Self.nobody, count: isActive.count) : linked
    self.releases = releases
    self.holds = holds
    for user in linked.indices where linked[user] >= 0 { marks[user].insert(.taken) }
    for user in holds.keys { marks[user].insert(.held) }
  }

  func isActive(_ user: Int) -> Bool { !marks[user].contains(.inactive) }

  func isTaken(_ user: Int) -> Bool { marks[user].contains(.taken) }

  /// Who holds a user; nil if nobody does.
  func holder(of user: Int) -> Holder? {
    switch holders[user] {
    case Self.nobody: nil
    case let link where link >= 0: .link(link)
    case let row: .row(Self.firstRow - row)
    }
  }

  /// The unlink that holds a user, so that it is nobody's candidate (U2).
  func hold(of user: Int) -> Release? { holds[user] }

  func isHeld(_ user: Int) -> Bool { marks[user].contains(.held) }

  /// True if a user can be given to a row.
  func isFree(_ user: Int) -> Bool { marks[user].isEmpty }

  /// True if nothing was ever released.
  var hasNoReleases: Bool { releases.isEmpty }

  /// The users that were released from a directory user.
  func released(from guid: ObjectGUID?) -> Set<Int> { guid.flatMap { releases[$0] } ?? [] }

  /// Gives a user to a row, from the next tier on.
  mutating func take(_ user: Int, row: Int) {
    marks[user].insert(.taken)
    holders[user] = Self.firstRow - Int32(row)
  }
}
