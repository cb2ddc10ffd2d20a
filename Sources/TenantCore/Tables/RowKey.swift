internal import PluginContract

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
    guard text.utf8.first == UInt8(ascii: "x"), text.utf8.count <= Self.longestText,
      let bytes = Hex.bytes(text.utf8.dropFirst()), !bytes.isEmpty
    else { return nil }
    self = .record(bytes)
  }

  /// The GUID, or `x` and the bytes in hexadecimal; safe as a part of a URL.
  package var description: String {
    switch self {
    case .guid(let guid): guid.description
    case .record(let bytes): "x" + Hex.text(bytes)
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
}
