/// What takes the entries of an answer. The buffers are libldap's and end with the call.
protocol EntryVisitor {
  /// Where values of this attribute go; nil leaves them out.
  mutating func column(of attribute: UnsafeRawBufferPointer) -> Int?
  mutating func take(_ value: UnsafeRawBufferPointer, column: Int)
  mutating func endEntry(dn: UnsafeRawBufferPointer) throws
}

/// How a search or bind ended.
struct LDAPResult {
  var fault: LDAPFault
  /// What the server refers to instead (RFC 4511, section 4.1.10).
  var referrals: [String] = []
  /// Where the next page begins: empty after the last one, nil if the answer does not say, which
  /// is no end (RFC 2696, section 3).
  var cookie: [UInt8]?
}
