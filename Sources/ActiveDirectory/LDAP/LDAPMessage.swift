import CLDAP

/// The envelope of a message (RFC 4511, section 4.1.1) within some bytes.
struct LDAPMessage {
  static let entry = UInt8(LDAP_RES_SEARCH_ENTRY)
  static let reference = UInt8(LDAP_RES_SEARCH_REFERENCE)
  static let intermediate = UInt8(LDAP_RES_INTERMEDIATE)
  /// The id of what a server says unasked, such as that it is going to close the connection.
  static let unsolicited: Int32 = 0
  private static let controlsTag = UInt8(LDAP_TAG_CONTROLS & 0xFF)
  private static let referralTag = UInt8(LDAP_TAG_REFERRAL & 0xFF)

  /// The id of the request that it answers.
  let id: Int32
  /// The operation's tag and content.
  let operation: BERCursor.Element
  private var rest: BERCursor

  /// - Parameter content: of the message's element.
  init(_ content: Range<Int>, in bytes: Span<UInt8>) throws(LDAPFault) {
    rest = BERCursor(content)
    id = try BERCursor.number(rest.next(BERCursor.integer, in: bytes), in: bytes)
    guard let operation = try rest.next(in: bytes) else { throw BERCursor.fault }
    self.operation = operation
  }

  /// True if no other message answers the same request after it.
  var isLast: Bool {
    ![Self.entry, Self.reference, Self.intermediate].contains(operation.tag)
  }

  /// How the operation ended (RFC 4511, section 4.1.9); the message must be its last one.
  func result(in bytes: Span<UInt8>) throws(LDAPFault) -> LDAPResult {
    var parts = BERCursor(operation.content)
    let code = try BERCursor.number(parts.next(BERCursor.enumerated, in: bytes), in: bytes)
    let matched = try parts.next(BERCursor.octetString, in: bytes)
    let words = try parts.next(BERCursor.octetString, in: bytes)
    var referrals: [String] = []
    if let next = try parts.next(in: bytes), next.tag == Self.referralTag {
      referrals = try Self.texts(next.content, in: bytes)
    }
    let fault = LDAPFault(
      code: code, diagnostic: bytes.text(words), matchedDN: bytes.text(matched))
    return LDAPResult(fault: fault, referrals: referrals, cookie: try cookie(in: bytes))
  }

  /// The texts of an element that holds nothing else, such as the URLs of a reference.
  static func texts(_ content: Range<Int>, in bytes: Span<UInt8>) throws(LDAPFault) -> [String] {
    var texts: [String] = []
    var cursor = BERCursor(content)
    while !cursor.isAtEnd {
      texts.append(bytes.text(try cursor.next(BERCursor.octetString, in: bytes)))
    }
    return texts
  }

  /// The cookie of the paged results control (RFC 2696, section 2); nil without one.
  private func cookie(in bytes: Span<UInt8>) throws(LDAPFault) -> [UInt8]? {
    var rest = rest
    guard let next = try rest.next(in: bytes), next.tag == Self.controlsTag else { return nil }
    var controls = BERCursor(next.content)
    while !controls.isAtEnd {
      var control = BERCursor(try controls.next(BERCursor.sequence, in: bytes))
      let name = try control.next(BERCursor.octetString, in: bytes)
      guard bytes.text(name) == LDAP_CONTROL_PAGEDRESULTS else { continue }
      while let part = try control.next(in: bytes) {
        guard part.tag == BERCursor.octetString else { continue }
        var value = BERCursor(part.content)
        var page = BERCursor(try value.next(BERCursor.sequence, in: bytes))
        _ = try page.next(BERCursor.integer, in: bytes)
        return bytes.array(try page.next(BERCursor.octetString, in: bytes))
      }
      throw BERCursor.fault
    }
    return nil
  }
}

extension Span<UInt8> {
  /// A part as text; invalid UTF-8 is repaired.
  func text(_ part: Range<Int>) -> String {
    unsafe extracting(part).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// A copy of a part.
  func array(_ part: Range<Int>) -> [UInt8] {
    unsafe extracting(part).withUnsafeBufferPointer { unsafe Array($0) }
  }
}
