/// A table in memory that answers for a page which rows are on it: filtered, searched and sorted.
///
/// A row is its number in the table's natural order, from 0. An index does not change: a changed
/// table has another one.
struct TableIndex: Sendable {
  /// Tells an index from others: the numbers of rows mean something in one index only.
  final class Identity: Sendable {}

  let identity = Identity()
  let keys: PackedKeys
  let fieldCount: Int
  let fields: PackedFields
  let signature: GramSignature
  let orders: TableOrders
  /// Which rows are in which categories.
  let categories: TableCategories

  /// Makes an index of parts with as many rows each.
  init(
    keys: PackedKeys, fieldCount: Int, fields: PackedFields, categories: TableCategories
  ) {
    self.keys = keys
    self.fieldCount = fieldCount
    self.fields = fields
    self.categories = categories
    signature = GramSignature(fields)
    orders = TableOrders(fieldCount: fieldCount)
  }

  /// The number of rows.
  var rowCount: Int { keys.count }

  /// What the builder was given to name a row; empty for a row that there is not.
  func key(ofRow row: Int) -> ArraySlice<UInt8> { keys.key(ofRow: row) }

  /// The rows in the order of a field, or nil if there is no such field.
  func order(byField field: Int, isDescending: Bool) -> [UInt32]? {
    guard 0..<fieldCount ~= field else { return nil }
    return orders.rows(byField: field, isDescending: isDescending) {
      ValueOrder(fields, field: field)
    }
  }

  /// About how much memory the index holds, with the orders made so far.
  var byteCount: Int {
    keys.byteCount + fields.byteCount + signature.byteCount + categories.byteCount
      + orders.byteCount
  }
}
