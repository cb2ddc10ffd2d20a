internal import PluginContract
internal import TenantCore

/// Many values as one parameter of a statement, so that a set is looked up or changed at once; ``Dialect`` has the
/// subqueries that take them apart.
enum ValueList {
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
  static func append(
    _ guids: some Sequence<ObjectGUID>, to row: inout RowImage, for dialect: Dialect
  ) {
    switch dialect {
    case .sqlite: row.append(blob: guids.flatMap(\.bytes))
    case .postgres:
      row.append { bytes in appendArray(guids.map { "\\x" + Hex.text($0.bytes) }, to: &bytes) }
    }
  }

  /// Appends texts as one cell.
  static func append(_ texts: [String], to row: inout RowImage, for dialect: Dialect) {
    row.append { bytes in
      switch dialect {
      case .sqlite: JSONText.append(texts, to: &bytes)
      case .postgres: appendArray(texts, to: &bytes)
      }
    }
  }

  /// As PostgreSQL writes an array (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO): its JSON takes no
  /// NUL.
  private static func appendArray(_ texts: [String], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      for byte in text.utf8 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          bytes.append(UInt8(ascii: "\\"))
        }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
  }
}
