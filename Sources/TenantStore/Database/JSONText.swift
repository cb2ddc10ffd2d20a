internal import Foundation
internal import PluginContract

/// Writes and reads the JSON that some columns hold. Writing goes byte by byte, because the audit
/// of a first run has a value for every field of every user.
enum JSONText {
  /// Appends a string with quotes, or `null`.
  static func append(_ text: String?, to bytes: inout [UInt8]) {
    guard let text else { return bytes.append(contentsOf: "null".utf8) }
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 { append(byte, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends an array of strings.
  static func append(_ texts: [String], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(text, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0..<0x20:
      bytes.append(contentsOf: "\\u00".utf8)
      Hex.append(byte, to: &bytes)
    default:
      bytes.append(byte)
    }
  }

  /// Reads what a column holds.
  static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw StoreError(
        .store,
        "a row of the store holds JSON that cannot be read; restore the store from a backup",
        cause: error)
    }
  }

  /// Reads an array of strings. Nearly all have one, without an escape, and a million of them are read.
  static func texts(_ json: ArraySlice<UInt8>) throws -> [String] {
    let inner = json.dropFirst(2).dropLast(2)
    guard json.count > 4, json.starts(with: "[\"".utf8), json.suffix(2).elementsEqual("\"]".utf8),
      !inner.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }),
      let text = String(validating: inner, as: UTF8.self)
    else { return try decode([String].self, String(decoding: json, as: UTF8.self)) }
    return [text]
  }

  /// Writes a value with its keys in order, so that equal values are equal bytes.
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
