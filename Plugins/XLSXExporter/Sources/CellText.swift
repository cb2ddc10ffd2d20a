internal import PluginContract

/// Makes the text of a cell: values joined, valid in XML 1.0, no longer than the format allows.
///
/// XML 1.0 (section 2.2, Char) has no control characters, no U+FFFE and no U+FFFF. The format
/// writes them as `_xHHHH_` (ECMA-376 part 1, section 22.9.2.19, ST_Xstring), and so a text that
/// looks like that needs an escape itself. libxlsxwriter does the control characters alone.
struct CellText {
  /// The most UTF-16 units of a cell.
  static let unitLimit = 32_767
  private static let underscore = UInt8(ascii: "_")

  /// The last text, with a zero at its end.
  private(set) var characters: [CChar] = [0]
  /// The number of texts that were cut.
  private(set) var cutCount = 0

  /// Takes all values of a row, joined by `; `; false if there is nothing to write.
  mutating func take(_ column: PackedColumn, row: Int) -> Bool {
    let values = column.values(of: row)
    switch values.count {
    case 0: return false
    case 1: return take(column.value(values.lowerBound))
    default:
      return take(
        Array(values.map { column.value($0) }.joined(separator: Array("; ".utf8)))[...])
    }
  }

  /// Takes a text; false if it is empty.
  mutating func take(_ text: String) -> Bool { take(Array(text.utf8)[...]) }

  private mutating func take(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard !bytes.isEmpty else { return false }
    characters.removeAll(keepingCapacity: true)
    if bytes.count <= Self.unitLimit, bytes.allSatisfy(Self.isPlain) {
      characters.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) })
    } else {
      append(String(decoding: bytes, as: UTF8.self))
    }
    characters.append(0)
    return true
  }

  /// Needs neither an escape nor a repair.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0 && byte < 0x80 && byte != underscore
  }

  private mutating func append(_ text: String) {
    var units = 0
    // Where the text ends if it must be cut: there is room for an ellipsis.
    var cut = 0
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      let piece = Self.piece(scalar, before: rest)
      units += piece.utf16.count
      guard units <= Self.unitLimit else { return shorten(to: cut) }
      characters.append(contentsOf: piece.utf8.lazy.map { CChar(bitPattern: $0) })
      if units < Self.unitLimit { cut = characters.count }
      rest.removeFirst()
    }
  }

  private mutating func shorten(to count: Int) {
    characters.removeLast(characters.count - count)
    characters.append(contentsOf: "…".utf8.lazy.map { CChar(bitPattern: $0) })
    cutCount += 1
  }

  /// What stands for a character, `text` being all from it on.
  private static func piece(_ scalar: Unicode.Scalar, before text: Substring.UnicodeScalarView)
    -> String
  {
    switch scalar {
    // C's end of a text, and nothing that a spreadsheet could hold.
    case "\0": "\u{FFFD}"
    case "\u{FFFE}": "_xFFFE_"
    case "\u{FFFF}": "_xFFFF_"
    case "_" where startsEscape(text): "_x005F_"
    default: String(scalar)
    }
  }

  /// Whether `_xHHHH` begins here; the `_` that would end it may come from the next escape.
  private static func startsEscape(_ text: Substring.UnicodeScalarView) -> Bool {
    let next = text.dropFirst().prefix(5)
    return next.count == 5 && next.first == "x"
      && next.dropFirst().allSatisfy(Hex.isDigit)
  }
}
