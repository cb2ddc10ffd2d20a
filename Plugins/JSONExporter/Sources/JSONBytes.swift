internal import PluginContract

/// JSON as bytes, value by value (RFC 8259).
struct JSONBytes {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Appends JSON as it stands.
  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Appends JSON as it stands.
  mutating func raw(_ json: [UInt8]) { bytes.append(contentsOf: json) }

  mutating func number(_ value: Int?) {
    if let value { bytes.append(contentsOf: String(value).utf8) } else { raw("null") }
  }

  mutating func boolean(_ value: Bool) { raw(value ? "true" : "false") }

  /// Appends `true` or `false`, as the text says; null for anything else.
  mutating func boolean(_ text: ArraySlice<UInt8>?) {
    switch text {
    case Self.trueText: raw("true")
    case Self.falseText: raw("false")
    default: raw("null")
    }
  }

  mutating func string(_ text: String?) { string(text.map { Array($0.utf8)[...] }) }

  /// Appends a string, invalid UTF-8 repaired; null for nil.
  mutating func string(_ text: ArraySlice<UInt8>?) {
    guard let text else { return raw("null") }
    var traits: UInt8 = 0
    for byte in text { traits |= Self.traits[Int(byte)] }
    if traits & Self.isNotASCII != 0, String(validating: text, as: UTF8.self) == nil {
      return string(String(decoding: text, as: UTF8.self))
    }
    bytes.append(UInt8(ascii: "\""))
    if traits & Self.needsEscape != 0 { escape(text) } else { bytes.append(contentsOf: text) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends all of a row's values as an array of strings.
  mutating func strings(_ column: PackedColumn?, row: Int) {
    raw("[")
    if let column {
      for (index, value) in column.values(of: row).enumerated() {
        if index > 0 { raw(",") }
        string(column.value(value))
      }
    }
    raw("]")
  }

  // MARK: - Escapes (RFC 8259, section 7)

  private static let trueText = Array("true".utf8)[...]
  private static let falseText = Array("false".utf8)[...]
  private static let needsEscape: UInt8 = 1
  private static let isNotASCII: UInt8 = 2
  private static let traits: [UInt8] = (0...UInt8.max).map { byte in
    switch byte {
    case ..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"): needsEscape
    case 0x80...: isNotASCII
    default: 0
    }
  }

  private mutating func escape(_ text: ArraySlice<UInt8>) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0x08: raw("\\b")
      case 0x09: raw("\\t")
      case 0x0A: raw("\\n")
      case 0x0C: raw("\\f")
      case 0x0D: raw("\\r")
      case ..<0x20:
        raw("\\u00")
        Hex.append(byte, to: &bytes)
      default: bytes.append(byte)
      }
    }
  }
}
