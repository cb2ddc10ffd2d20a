internal import TenantCore

/// Keys of rows, one behind the other: `g` and the GUID, or `x`, four bytes of length with the lowest first, and what
/// stands for a record without a GUID.
struct RowChangeKeys {
  private static let (guidMark, recordMark) = (UInt8(ascii: "g"), UInt8(ascii: "x"))

  private(set) var bytes: [UInt8] = []

  init() {}

  /// Adds the key of a batch's row.
  mutating func append(_ row: Int, of batch: SnapshotBatch) {
    if batch.guid(of: row) != nil {
      bytes.append(Self.guidMark)
      bytes.append(contentsOf: batch.anchor(of: row))
    } else {
      var name: [UInt8] = []
      batch.appendDistinguishedName(of: row, to: &name)
      append(record: Array(String(decoding: name, as: UTF8.self).utf8))
    }
  }

  /// Adds a directory user's key.
  mutating func append(_ guid: ObjectGUID) {
    bytes.append(Self.guidMark)
    guid.appendBytes(to: &bytes)
  }

  private mutating func append(record: [UInt8]) {
    bytes.append(Self.recordMark)
    let count = UInt32(truncatingIfNeeded: record.count)
    for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: count >> UInt32(8 * place))) }
    bytes.append(contentsOf: record)
  }

  /// Reads what was written.
  ///
  /// - Throws: ``StoreError`` for bytes that no version has written.
  static func read(_ bytes: [UInt8], _ body: (RowKey) -> Void) throws {
    var input = PackedBytes(bytes)
    var place = 0
    while place < bytes.count {
      switch bytes[try input.take(1).lowerBound] {
      case guidMark:
        let range = try input.take(16)
        guard let guid = ObjectGUID(bytes: bytes[range]) else { throw PackedBytes.damage }
        body(.guid(guid))
        place = range.upperBound
      case recordMark:
        let length = try input.take(4).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
        let range = try input.take(length)
        body(.record(Array(bytes[range])))
        place = range.upperBound
      default: throw PackedBytes.damage
      }
    }
  }
}
