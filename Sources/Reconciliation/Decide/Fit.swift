/// The tenant users that fit a row in the tiers that are being decided.
struct Fit: Sendable {
  /// Users that could be linked, each once; not all of them if ``isCut``.
  var free: [Int] = []
  /// True if more users fit than were looked at: then at least two are free.
  var isCut = false
  /// Users that fit, but are linked to another directory user.
  var taken: [Int] = []
  /// Users that fit, but were released from this directory user.
  var released: [Int] = []
  /// Users that fit, but are held since they were unlinked from another directory user.
  var held: [Int] = []
  /// Users that fit, but are inactive.
  var inactive: [Int] = []

  mutating func removeAll() {
    free.removeAll(keepingCapacity: true)
    taken.removeAll(keepingCapacity: true)
    released.removeAll(keepingCapacity: true)
    held.removeAll(keepingCapacity: true)
    inactive.removeAll(keepingCapacity: true)
    isCut = false
  }
}
