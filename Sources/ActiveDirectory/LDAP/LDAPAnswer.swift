import CLDAP

/// All messages that answer one request: the entries of a page and its result.
final class LDAPAnswer {
  private let messages: LDAPInbox.Answer
  private let recycle: ([UInt8]) -> Void

  /// - Parameter recycle: takes the bytes when they are not needed any more.
  init(_ messages: LDAPInbox.Answer, recycle: @escaping ([UInt8]) -> Void) {
    self.messages = messages
    self.recycle = recycle
  }

  deinit { recycle(messages.bytes) }

  /// The final message's result.
  func result() throws(LDAPFault) -> LDAPResult {
    let all = messages.bytes
    let bytes = all.span
    return try LDAPMessage(messages.last, in: bytes).result(in: bytes)
  }

  /// The URLs of continuation references, one group for each.
  func references() throws(LDAPFault) -> [[String]] {
    guard messages.hasReferences else { return [] }
    var found: [[String]] = []
    let all = messages.bytes
    let bytes = all.span
    var rest = BERCursor(0..<messages.end)
    while let message = try next(&rest, in: bytes) {
      guard message.operation.tag == LDAPMessage.reference else { continue }
      found.append(try LDAPMessage.texts(message.operation.content, in: bytes))
    }
    return found
  }

  /// A hash of the first entry's name, by which a page is known again; nil without entries.
  func firstName() throws(LDAPFault) -> Int? {
    guard let first = messages.firstEntry else { return nil }
    let all = messages.bytes
    let bytes = all.span
    var entry = BERCursor(try LDAPMessage(first, in: bytes).operation.content)
    let name = try entry.next(BERCursor.octetString, in: bytes)
    var hash = Hasher()
    unsafe bytes.extracting(name).withUnsafeBytes { unsafe hash.combine(bytes: $0) }
    return hash.finalize()
  }

  /// Gives all entries to a visitor, straight from the bytes as they came.
  ///
  /// - Returns: the number of entries.
  @discardableResult
  func visitEntries(_ visitor: inout some EntryVisitor) throws -> Int {
    var count = 0
    let all = messages.bytes
    let bytes = all.span
    var rest = BERCursor(0..<messages.end)
    while let message = try next(&rest, in: bytes) {
      guard message.operation.tag == LDAPMessage.entry else { continue }
      try visitor.visit(message.operation.content, in: bytes)
      count += 1
    }
    return count
  }

  /// The next message of this answer.
  private func next(
    _ rest: inout BERCursor, in bytes: Span<UInt8>
  ) throws(LDAPFault) -> LDAPMessage? {
    while !rest.isAtEnd {
      let message = try LDAPMessage(rest.next(BERCursor.sequence, in: bytes), in: bytes)
      if message.id == messages.id { return message }
    }
    return nil
  }
}

extension EntryVisitor {
  /// Takes an entry (RFC 4511, section 4.5.2): a name, then attributes, each a name and its values.
  mutating func visit(_ entry: Range<Int>, in bytes: Span<UInt8>) throws {
    var parts = BERCursor(entry)
    let dn = try parts.next(BERCursor.octetString, in: bytes)
    var attributes = BERCursor(try parts.next(BERCursor.sequence, in: bytes))
    while !attributes.isAtEnd {
      var attribute = BERCursor(try attributes.next(BERCursor.sequence, in: bytes))
      let name = try attribute.next(BERCursor.octetString, in: bytes)
      var values = BERCursor(try attribute.next(BERCursor.set, in: bytes))
      let column = unsafe bytes.extracting(name).withUnsafeBytes { unsafe self.column(of: $0) }
      while !values.isAtEnd {
        let value = try values.next(BERCursor.octetString, in: bytes)
        guard let column else { continue }
        unsafe bytes.extracting(value).withUnsafeBytes { unsafe take($0, column: column) }
      }
    }
    try unsafe bytes.extracting(dn).withUnsafeBytes { try unsafe endEntry(dn: $0) }
  }
}
