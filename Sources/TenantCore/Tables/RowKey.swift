/// What names one row of a snapshot for as long as the directory user is the same: its GUID or, for a
/// record without a usable one, what stands for it in the store.
package enum RowKey: Sendable, Hashable, CustomStringConvertible {
  case guid(ObjectGUID)
  /// Made of the record's distinguished name.
  case record([UInt8])

  /// Reads what ``description`` writes, in any case.
  package init?(_ text: String) {
    if let guid = ObjectGUID(text) {
      self = .guid(guid)
      return
    }
    let digits = Array(text.utf8)
    guard digits.first == UInt8(ascii: "x"), digits.count > 1, !digits.count.isMultiple(of: 2),
      digits.count <= Self.longestText
    else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 1, to: digits.count, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    self = .record(bytes)
  }

  /// The GUID, or `x` and the bytes in hexadecimal; safe as a part of a URL.
  package var description: String {
    switch self {
    case .guid(let guid): return guid.description
    case .record(let bytes):
      let digits = Array("0123456789abcdef".utf8)
      return "x"
        + String(
          decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
  }

  /// The bytes by which a table remembers the row.
  package var packed: [UInt8] {
    switch self {
    case .guid(let guid): [UInt8(ascii: "g")] + guid.bytes
    case .record(let bytes): [UInt8(ascii: "x")] + bytes
    }
  }

  /// Reads what ``packed`` gives.
  package init?(packed: some Collection<UInt8>) {
    switch packed.first {
    case UInt8(ascii: "g"):
      guard let guid = ObjectGUID(bytes: packed.dropFirst()) else { return nil }
      self = .guid(guid)
    case UInt8(ascii: "x"): self = .record(Array(packed.dropFirst()))
    default: return nil
    }
  }

  /// A distinguished name of 64 KiB, twice.
  private static let longestText = 1 + 2 * 65536

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
