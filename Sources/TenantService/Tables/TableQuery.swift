/// What a page shows of a table.
struct TableQuery: Sendable, Equatable {
  /// What the rows are ordered by.
  enum Sort: Sendable, Equatable {
    /// A field's bytes; rows without a value come last, so by a field that there is not all rows
    /// are equal.
    case field(Int)
    /// The first of these categories that a row is in; rows in none of them come last.
    case categories([Int])
  }

  /// A row has to be in one category of every group; an empty group matches no row.
  var required: [[Int]] = []
  /// Only these rows; all if it is nil.
  var among: RowBitmap?
  /// A text that one of the searchable fields has to have in it; none if it is nil or blank.
  var search: String?
  /// The order; the table's natural one if it is nil.
  ///
  /// Rows that are equal stand in natural order, in a descending sort too.
  var sort: Sort?
  /// Whether the order is the other way round, with what comes last in it first.
  var isDescending = false
  /// How many rows stand before the page.
  var offset = 0
  /// The most rows on the page.
  var limit = 50
}

/// How many rows match a query.
enum TableTotal: Sendable, Equatable {
  /// So many.
  case exact(Int)
  /// More than so many: counting on would have taken too long.
  case moreThan(Int)
}

/// The answer to a ``TableQuery``.
struct TablePage: Sendable, Equatable {
  /// The numbers of the rows on the page, in order.
  var rows: [Int] = []
  /// How many rows match on all pages together.
  var total = TableTotal.exact(0)
  /// Whether rows follow those of the page.
  var hasMore = false
}
