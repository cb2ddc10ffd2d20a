internal import TenantCore

/// Where a row stands in a filtered and sorted table, and what is next to it.
struct RowNeighbours: Sendable, Equatable {
  /// A row and how many stand before it.
  struct Place: Sendable, Equatable {
    let key: RowKey
    let place: Int
  }

  /// How far from where it was last seen a row is looked for.
  static let reach = 100

  /// Nil if the row does not fit the query any more.
  let place: Int?
  let previous: Place?
  /// Where the row is gone, the one that has moved up to its place.
  let next: Place?
  let total: TableTotal

  /// - Parameters:
  ///   - keys: some rows in order.
  ///   - first: how many stand before them.
  ///   - place: how many stood before the row when it was last seen.
  init(_ keys: [RowKey], first: Int, around key: RowKey, place: Int, total: TableTotal) {
    func row(_ index: Int) -> Place? {
      keys.indices.contains(index) ? Place(key: keys[index], place: first + index) : nil
    }
    let found = keys.firstIndex(of: key)
    self.place = found.map { $0 + first }
    let index = found ?? min(place - first, keys.count)
    previous = row(index - 1)
    next = row(found == nil ? index : index + 1)
    self.total = total
  }
}
