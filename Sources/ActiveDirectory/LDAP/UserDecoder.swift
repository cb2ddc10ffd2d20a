import CLDAP

/// Decodes the entries of a page into rows, without a `String` for a value.
///
/// A server sends the attributes of each entry in much the same order, so an attribute is looked
/// for first where it followed the last time.
struct UserDecoder: EntryVisitor {
  /// A part of a list of values: Active Directory sends at most 1,500 at once
  /// (MS-ADTS, section 3.1.1.3.1.3.3).
  struct Range {
    var column: Int
    /// The name without its options.
    var attribute: String
    /// The first value that is missing.
    var next: Int
  }

  /// The most bytes of a page's values, those that are read part by part among them.
  static let longestBatch = 1 << 30

  var builder: DirectoryBatchBuilder
  /// Reads the rest of a list of values.
  private let follow: (Range, _ dn: String, inout DirectoryBatchBuilder) throws -> Void
  private let names: [[UInt8]]
  private var successors: [Int]
  private var last = 0
  private var ranges: [Range] = []

  init(
    builder: DirectoryBatchBuilder,
    follow: @escaping (Range, _ dn: String, inout DirectoryBatchBuilder) throws -> Void
  ) {
    self.builder = builder
    self.follow = follow
    let names = builder.wantedAttributes.map { Array($0.utf8) }
    self.names = names
    successors = names.indices.map { ($0 + 1) % names.count }
  }

  mutating func column(of attribute: UnsafeRawBufferPointer) -> Int? {
    let guess = successors[last]
    if unsafe Self.isSame(names[guess], attribute) {
      last = guess
      return guess
    }
    let end = unsafe attribute.firstIndex(of: UInt8(ascii: ";")) ?? attribute.count
    let name = unsafe UnsafeRawBufferPointer(rebasing: attribute[..<end])
    guard let column = names.firstIndex(where: { unsafe Self.isSame($0, name) }),
      unsafe AttributeOptions(attribute[end...]).leaveAttribute
    else { return nil }
    successors[last] = column
    last = column
    let options = unsafe String(decoding: attribute[end...], as: UTF8.self)
    if let next = RangeOption.next(after: options) {
      ranges.append(
        Range(column: column, attribute: builder.wantedAttributes[column], next: next))
    }
    return column
  }

  mutating func take(_ value: UnsafeRawBufferPointer, column: Int) {
    unsafe builder.append(index: column, raw: value)
  }

  mutating func endEntry(dn: UnsafeRawBufferPointer) throws {
    if !ranges.isEmpty {
      let name = unsafe String(decoding: dn, as: UTF8.self)
      for range in ranges { try follow(range, name, &builder) }
      ranges = []
    }
    unsafe builder.endRecord(dn: dn)
    guard builder.byteCount <= Self.longestBatch else {
      throw LDAPFault.tooMuch("one page with its long lists", Self.longestBatch)
    }
  }

  /// ASCII without case; the last digit of a letter's case is bit 5.
  private static func isSame(_ name: [UInt8], _ other: UnsafeRawBufferPointer) -> Bool {
    guard name.count == other.count else { return false }
    for index in name.indices {
      let difference = unsafe name[index] ^ other[index]
      guard difference == 0 || difference == 0x20 else { return false }
    }
    return true
  }
}

/// The attribute option `;range=0-1499`.
enum RangeOption {
  /// What follows a part whose end is no number that a list can have.
  static let unreadable = Int.max

  /// The first value after the range, or nil if it is the last one (`*`) or there is none.
  static func next(after options: String) -> Int? {
    for option in options.split(separator: ";") {
      let option = option.lowercased()
      guard option.hasPrefix("range="), let dash = option.lastIndex(of: "-") else { continue }
      let end = option[option.index(after: dash)...]
      guard end != "*" else { return nil }
      return UInt32(end).map { Int($0) + 1 } ?? unreadable
    }
    return nil
  }
}
