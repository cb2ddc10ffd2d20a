internal import PluginContract

/// The anchor of a directory user: Active Directory's `objectGUID`.
///
/// Stored as the sixteen bytes that LDAP carries. The text form is Microsoft's: the first three
/// groups are little-endian (MS-DTYP, section 2.3.4.2).
package struct ObjectGUID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The first eight bytes, big-endian.
  @usableFromInline package let high: UInt64
  /// The last eight bytes, big-endian.
  @usableFromInline package let low: UInt64

  /// Takes the sixteen bytes; nil if there are more or fewer, or all are zero (M14).
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    let guid =
      bytes.withContiguousStorageIfAvailable { Self(bytes: $0.span) }
      ?? Self(bytes: Array(bytes).span)
    guard let guid else { return nil }
    self = guid
  }

  /// Takes the sixteen bytes; nil if there are more or fewer, or all are zero (M14).
  package init?(bytes: Span<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    for index in 0..<8 {
      high = high << 8 | UInt64(bytes[index])
      low = low << 8 | UInt64(bytes[index + 8])
    }
    guard high != 0 || low != 0 else { return nil }
    (self.high, self.low) = (high, low)
  }

  /// Takes the two halves; nil if both are zero (M14).
  package init?(high: UInt64, low: UInt64) {
    guard high != 0 || low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  /// Reads the text form `9a3b….-….`, with or without braces, in any case.
  package init?(_ text: String) { self.init(text: Array(text.utf8).span) }

  /// The sixteen bytes as LDAP carries them.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    appendBytes(to: &bytes)
    return bytes
  }

  /// Appends the sixteen bytes as LDAP carries them.
  package func appendBytes(to output: inout [UInt8]) {
    unsafe withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
      unsafe output.append(contentsOf: $0)
    }
  }

  /// The text form, lower case, without braces.
  package var description: String {
    var text: [UInt8] = []
    appendText(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// By bytes, so that an order does not depend on how text is written.
  package static func < (left: ObjectGUID, right: ObjectGUID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
