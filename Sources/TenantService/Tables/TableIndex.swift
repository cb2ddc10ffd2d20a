/// A table in memory that answers for a page which rows are on it: filtered, searched and sorted.
///
/// A row is its number in the table's natural order, from 0. An index does not change: a changed
/// table has another one, and one whose texts are the same shares nearly all of its memory with the
/// old one (``changingCategories(_:)``).
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
  private(set) var categories: TableCategories

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

  /// The first row with a key, or nil; looks at all keys.
  func row(withKey key: some Collection<UInt8>) -> Int? { keys.firstRow(withKey: key) }

  /// The canonical bytes of a row's field; empty where there are none.
  func field(_ field: Int, ofRow row: Int) -> ArraySlice<UInt8> {
    guard places.indices.contains(field) else { return [] }
    let place = places[field]
    return (place.isSearchable ? searched : others).field(place.position, ofRow: row)
  }

  /// The same table with rows in other categories; keys, texts and orders are shared.
  ///
  /// `change` may put wholly other categories in their place; the rows stay as many as they are.
  func changingCategories(_ change: (inout TableCategories) throws -> Void) rethrows -> TableIndex {
    var copy = self
    try change(&copy.categories)
    copy.categories.setRowCount(rowCount)
    return copy
  }

  /// Makes an order ready, so that the first page sorted by it does not wait for it.
  func prepare(sort: TableQuery.Sort, isDescending: Bool = false) {
    guard case .field(let field) = sort else { return }
    _ = order(byField: field, isDescending: isDescending)
  }

  /// The rows in the order of a field, or nil if there is no such field.
  func order(byField field: Int, isDescending: Bool) -> [UInt32]? {
    guard places.indices.contains(field) else { return nil }
    let place = places[field]
    return orders.rows(byField: field, isDescending: isDescending) {
      ValueOrder(place.isSearchable ? searched : others, field: place.position)
    }
  }

  /// About how much memory the index holds, with the orders made so far.
  ///
  /// Indexes that share their texts count them each.
  var byteCount: Int {
    keys.byteCount + searched.byteCount + others.byteCount + signature.byteCount
      + categories.byteCount + orders.byteCount
  }
}
