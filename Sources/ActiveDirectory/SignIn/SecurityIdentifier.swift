/// A security identifier in its binary form (MS-DTYP, section 2.4.2.2): what Active Directory knows
/// an account or a group by, whatever it is called.
struct SecurityIdentifier: Hashable, Sendable {
  /// The form with 15 numbers, the most there are.
  static let maximumBytes = 8 + 4 * 15
  /// The same as text: `S-1-`, the authority and 15 numbers of at most ten digits.
  static let maximumTextBytes = 4 + 15 + 15 * 11

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

  /// Reads the binary form, or the text `S-1-5-21-…` as PowerShell and Samba write it (MS-DTYP,
  /// section 2.4.2.1); nil for anything else.
  init?(bytesOrText value: [UInt8]) {
    guard value.starts(with: "S-1-".utf8) else {
      self.init(bytes: value)
      return
    }
    let parts = String(decoding: value.dropFirst(4), as: UTF8.self).split(
      separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().compactMap { UInt32($0) }
    guard let authority = parts.first.flatMap({ UInt8($0) }), numbers.count == parts.count - 1,
      numbers.count <= 15
    else { return nil }
    let littleEndian = numbers.flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    self.init(bytes: [1, UInt8(numbers.count), 0, 0, 0, 0, 0, authority] + littleEndian)
  }

  /// The last number, which tells the accounts of one domain apart; nil if there is none.
  var relativeID: UInt32? {
    guard bytes[1] > 0 else { return nil }
    return bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
