import PluginContract
import Testing

@testable import TenantService

/// A table as its rows, for tests: what the index is compared with.
struct PlainTable {
  /// One row.
  struct Row {
    var key: String
    var fields: [String]
    var categories: Set<Int>
  }

  var fieldCount: Int
  var categoryCount: Int
  var rows: [Row] = []

  /// The index of these rows.
  func index() throws -> TableIndex {
    var builder = TableIndexBuilder(
      fieldCount: fieldCount, categoryCount: categoryCount)
    for row in rows {
      for field in row.fields { builder.append(folding: Array(field.utf8)) }
      builder.endRow(key: row.key.utf8, categories: row.categories)
    }
    return try builder.build()
  }

  /// All rows that fit a query, in order, found the long way.
  func rows(fitting query: TableQuery) -> [Int] {
    let term = query.search.map(CanonicalText.of) ?? ""
    let fitting = rows.indices.filter { row in
      query.required.allSatisfy { !rows[row].categories.isDisjoint(with: $0) }
        && (term.isEmpty || has(term, rows[row]))
    }
    let ordered = fitting.sorted { left, right in
      let order = compare(rows[left], rows[right], query.sort)
      return order == 0 ? left < right : (order < 0) != query.isDescending
    }
    return query.sort == nil && query.isDescending ? ordered.reversed() : ordered
  }

  private func has(_ term: String, _ row: Row) -> Bool {
    let term = Array(term.utf8)
    return row.fields.prefix(fieldCount).contains { field in
      let bytes = Array(CanonicalText.of(field).utf8)
      return (0...bytes.count).contains { bytes[$0...].starts(with: term) }
    }
  }

  /// Less than 0, 0 or more, as `left` stands before, beside or after `right` in ascending order.
  private func compare(_ left: Row, _ right: Row, _ sort: TableQuery.Sort?) -> Int {
    switch sort {
    case .field(let field):
      let values = [left, right].map { row in
        row.fields.indices.contains(field) ? Array(CanonicalText.of(row.fields[field]).utf8) : []
      }
      if values[0] == values[1] { return 0 }
      if values[0].isEmpty || values[1].isEmpty { return values[0].isEmpty ? 1 : -1 }
      return values[0].lexicographicallyPrecedes(values[1]) ? -1 : 1
    case .categories(let list):
      let places = [left, right].map { row in
        list.firstIndex { row.categories.contains($0) } ?? list.count
      }
      return places[0] - places[1]
    case nil: return 0
    }
  }
}

/// A table of one field and no categories.
func tableIndex(of texts: [String]) throws -> TableIndex {
  try PlainTable(
    fieldCount: 1, categoryCount: 0,
    rows: texts.map { PlainTable.Row(key: $0, fields: [$0], categories: []) }
  ).index()
}
