/// The anchor of a directory user: Active Directory's `objectGUID`.
///
/// Stored as the sixteen bytes that LDAP carries. The text form is Microsoft's: the first three
/// groups are little-endian (MS-DTYP, section 2.3.4.2).
public struct ObjectGUID: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// Takes the sixteen bytes; nil if there are more or fewer, or all are zero (M14).
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
    }
    guard high != 0 || low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  /// Reads the text form `9a3b….-….`, with or without braces, in any case.
  public init?(_ text: String) {
    var digits = text[...]
    if digits.first == "{" && digits.last == "}" { digits = digits.dropFirst().dropLast() }
    let groups = digits.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
    var bytes: [UInt8] = []
    for (index, group) in groups.enumerated() {
      guard let value = UInt64(group, radix: 16), group.utf8.first != UInt8(ascii: "+") else {
        return nil
      }
      let length = group.utf8.count / 2
      let bigEndian = (0..<length).map {
        UInt8(truncatingIfNeeded: value >> (8 * (length - 1 - $0)))
      }
      bytes += index < 3 ? bigEndian.reversed() : bigEndian
    }
    self.init(bytes: bytes)
  }

  /// The sixteen bytes as LDAP carries them.
  public var bytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
  }

  /// The text form, lower case, without braces.
  public var description: String {
    let bytes = bytes
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    var text = ""
    for (position, index) in order.enumerated() {
      if [4, 6, 8, 10].contains(position) { text += "-" }
      let hex = String(bytes[index], radix: 16)
      text += hex.utf8.count == 1 ? "0" + hex : hex
    }
    return text
  }

  /// By bytes, so that an order does not depend on how text is written.
  public static func < (left: ObjectGUID, right: ObjectGUID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
