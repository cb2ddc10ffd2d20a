internal import TenantCore

/// Many values as one parameter of a statement, so that a set is looked up or changed at once.
enum ValueList {
  /// A subquery that gives the numbers of a parameter made by ``append(_:to:)-(Sequence<Int64>,_)``.
  static let numbers = "(SELECT value FROM json_each(?))"

  /// A subquery that gives the GUIDs of a parameter made by ``append(_:to:)-(Sequence<ObjectGUID>,_)``.
  ///
  /// It is named by its number, because SQLite copies a value that comes from a table each time that a
  /// part of it is taken, but not a parameter.
  static func guids(parameter number: Int) -> String {
    """
    (WITH RECURSIVE places (place) AS (
      VALUES (1) UNION ALL SELECT place + 16 FROM places WHERE place + 16 <= length(?\(number)))
    SELECT substr(?\(number), place, 16) FROM places)
    """
  }

  /// Appends numbers as one cell.
  static func append(_ numbers: some Sequence<Int64>, to row: inout RowImage) {
    row.append { bytes in
      bytes.append(UInt8(ascii: "["))
      for (index, number) in numbers.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: String(number).utf8)
      }
      bytes.append(UInt8(ascii: "]"))
    }
  }

  /// Appends GUIDs as one cell.
  static func append(_ guids: some Sequence<ObjectGUID>, to row: inout RowImage) {
    row.append(blob: guids.flatMap(\.bytes))
  }

  /// Appends texts as one cell, for `json_each`.
  static func append(_ texts: [String], to row: inout RowImage) {
    row.append { JSONText.append(texts, to: &$0) }
  }
}
