import CLDAP

extension LDAPSession {
  /// The most parts in which a list of values is read: Active Directory gives 1,500 values or more
  /// in each (MS-ADTS, section 3.1.1.3.1.3.3), and one record holds no more than
  /// ``RecordSize/maximumValues``.
  static let maximumParts = 200

  /// Reads the rest of a list of values, part by part, up to the one that ends with `*`, or until the
  /// record is too large.
  ///
  /// The next page of users may be under way on the same connection; answers are told apart by
  /// their message ids.
  func values(
    after range: UserDecoder.Range, of dn: String, into builder: inout DirectoryBatchBuilder
  ) throws {
    var next: Int? = range.next
    var parts = 0
    while let start = next {
      guard start < RangeOption.unreadable else {
        return builder.refuse(index: range.column, "comes in a part whose end cannot be read")
      }
      guard parts < Self.maximumParts else {
        return builder.refuse(
          index: range.column, "comes in more than \(Self.maximumParts) parts")
      }
      guard let decoder = try part(from: start, of: range.attribute, dn) else { return }
      parts += 1
      for value in decoder.values {
        unsafe value.withUnsafeBytes { unsafe builder.append(index: range.column, raw: $0) }
      }
      guard !builder.isRecordTooLarge else { return }
      guard decoder.next.map({ $0 > start }) ?? true else {
        return builder.refuse(index: range.column, "comes in parts of which one follows itself")
      }
      next = decoder.next
    }
  }

  /// One part; nil if the user was deleted or moved since its page was made.
  private func part(from start: Int, of attribute: String, _ dn: String) throws -> ValuesDecoder? {
    var decoder = ValuesDecoder(of: attribute)
    let request = SearchRequest(
      base: dn, scope: .base, filter: "(objectClass=*)",
      attributes: ["\(attribute);range=\(start)-*"])
    do {
      try search(request).visitEntries(&decoder)
    } catch let search as SearchFault where search.fault.code == LDAP_NO_SUCH_OBJECT {
      return nil
    }
    return decoder
  }
}
