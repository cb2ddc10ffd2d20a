/// A table in memory that answers for a page which rows are on it: filtered, searched and sorted.
///
/// A row is its number in the table's natural order, from 0. An index does not change: a changed
/// table has another one.
struct TableIndex: Sendable {
  /// A field's texts: in which of the two heaps of texts, and the how many-th there.
  struct Place: Sendable {
    var isSearchable: Bool
    var position: Int
  }

  let keys: PackedKeys
  let places: [Place]
  let searched: PackedFields
  let others: PackedFields
  let signature: GramSignature
  let orders: TableOrders
  /// Which rows are in which categories.
  let categories: TableCategories

  /// Makes an index of parts with as many rows each.
  init(
    keys: PackedKeys, places: [Place], searched: PackedFields, others: PackedFields,
    categories: TableCategories
  ) {
    self.keys = keys
    self.places = places
    self.searched = searched
    self.others = others
    self.categories = categories
    signature = GramSignature(searched)
    orders = TableOrders(fieldCount: places.count)
  }

  /// The number of rows.
  var rowCount: Int { keys.count }

  /// What the builder was given to name a row; empty for a row that there is not.
  func key(ofRow row: Int) -> ArraySlice<UInt8> { keys.key(ofRow: row) }

  /// The rows in the order of a field, or nil if there is no such field.
  func order(byField field: Int, isDescending: Bool) -> [UInt32]? {
    guard places.indices.contains(field) else { return nil }
    let place = places[field]
    return orders.rows(byField: field, isDescending: isDescending) {
      ValueOrder(place.isSearchable ? searched : others, field: place.position)
    }
  }

  /// About how much memory the index holds, with the orders made so far.
  var byteCount: Int {
    keys.byteCount + searched.byteCount + others.byteCount + signature.byteCount
      + categories.byteCount + orders.byteCount
  }
}
