import CLDAP

/// Walks over the elements of a part of some bytes in BER (ITU-T X.690), in the form that LDAP uses:
/// tags of one byte and definite lengths (RFC 4511, section 5.1). It copies nothing and holds no
/// bytes, only where it is; every access is within the span that it is given.
struct BERCursor {
  /// An element: its tag and where its content lies.
  struct Element {
    var tag: UInt8
    var content: Range<Int>
  }

  /// What stands at a place.
  enum Header {
    case element(Element)
    /// The bytes end before the element does; its content's length, if they tell it.
    case partial(length: Int?)
    case damaged
  }

  static let integer: UInt8 = 0x02
  static let octetString: UInt8 = 0x04
  static let enumerated: UInt8 = 0x0A
  static let sequence: UInt8 = 0x30
  static let set: UInt8 = 0x31

  private var position: Int
  private let end: Int

  init(_ part: Range<Int>) { (position, end) = (part.lowerBound, part.upperBound) }

  var isAtEnd: Bool { position >= end }

  /// The next element, or nil at the end of the part.
  mutating func next(in bytes: Span<UInt8>) throws(LDAPFault) -> Element? {
    guard position < end else { return nil }
    guard case .element(let element) = Self.header(at: position, end: end, in: bytes) else {
      throw Self.fault
    }
    position = element.content.upperBound
    return element
  }

  /// The content of the next element, which must be there and have this tag.
  mutating func next(_ tag: UInt8, in bytes: Span<UInt8>) throws(LDAPFault) -> Range<Int> {
    guard let element = try next(in: bytes), element.tag == tag else { throw Self.fault }
    return element.content
  }

  /// What the bytes from a place up to an end say.
  static func header(at start: Int, end: Int, in bytes: Span<UInt8>) -> Header {
    guard end - start >= 2 else { return .partial(length: nil) }
    let (tag, first) = (bytes[start], bytes[start + 1])
    guard tag & 0x1F != 0x1F else { return .damaged }
    var content = start + 2
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7F)
      guard (1...4).contains(count) else { return .damaged }
      guard end - content >= count else { return .partial(length: nil) }
      length = 0
      for index in content..<content + count { length = length << 8 | Int(bytes[index]) }
      content += count
    }
    guard length <= end - content else { return .partial(length: length) }
    return .element(Element(tag: tag, content: content..<content + length))
  }

  /// A whole number of at most four bytes (LDAP's own are no longer, RFC 4511, section 4.1.1).
  static func number(_ content: Range<Int>, in bytes: Span<UInt8>) throws(LDAPFault) -> Int32 {
    guard (1...4).contains(content.count) else { throw fault }
    var value = bytes[content.lowerBound] >= 0x80 ? Int32(-1) : 0
    for index in content { value = value << 8 | Int32(bytes[index]) }
    return value
  }

  static var fault: LDAPFault { LDAPFault(code: LDAP_DECODING_ERROR) }
}
