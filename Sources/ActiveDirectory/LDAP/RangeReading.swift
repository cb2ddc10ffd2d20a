import CLDAP

extension LDAPSession {
  /// Reads the rest of a list of values, part by part, up to the one that ends with `*`.
  ///
  /// The next page of users may be under way on the same connection; answers are told apart by
  /// their message ids.
  func values(after range: UserDecoder.Range, of dn: String) throws -> [[UInt8]] {
    var values: [[UInt8]] = []
    var next: Int? = range.next
    while let start = next {
      var decoder = ValuesDecoder(of: range.attribute)
      let request = SearchRequest(
        base: dn, scope: .base, filter: "(objectClass=*)",
        attributes: ["\(range.attribute);range=\(start)-*"])
      do {
        try search(request).visitEntries(&decoder)
      } catch let search as SearchFault where search.fault.code == LDAP_NO_SUCH_OBJECT {
        return values  // deleted or moved since its page was made
      }
      values += decoder.values
      guard decoder.next.map({ $0 > start }) ?? true else { throw EndlessPages() }
      next = decoder.next
    }
    return values
  }
}
