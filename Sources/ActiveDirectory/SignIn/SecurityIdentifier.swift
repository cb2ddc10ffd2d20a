/// A security identifier in its binary form (MS-DTYP, section 2.4.2.2): what Active Directory knows
/// an account or a group by, whatever it is called.
struct SecurityIdentifier: Hashable, Sendable {
  /// The form with 15 numbers, the most there are.
  static let maximumBytes = 8 + 4 * 15

  private let bytes: [UInt8]

  /// Nil if the bytes are not an identifier: revision, count of numbers, authority, numbers.
  init?(bytes: [UInt8]) {
    guard bytes.count >= 8, bytes[0] == 1, bytes[1] <= 15, bytes.count == 8 + 4 * Int(bytes[1])
    else { return nil }
    self.bytes = bytes
  }

  /// True for `S-1-5-21-…`, which no two domains share. Others, such as `S-1-5-32-544`, mean the
  /// administrators of every domain alike, and so say nothing outside their own.
  var isOfOneDomain: Bool {
    bytes[1] >= 5 && bytes[2..<8].elementsEqual([0, 0, 0, 0, 0, 5])
      && bytes[8..<12].elementsEqual([21, 0, 0, 0])
  }
}
