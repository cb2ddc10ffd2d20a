import CLDAP

extension LDAPSession {
  /// What the server calls itself: the name of its settings in the directory (`dsServiceName` of the root
  /// DSE, MS-ADTS, section 3.1.1.3.2.8). Connections with the same one lead to one server, also where a
  /// load balancer takes them; nil where a server does not tell it.
  func serverName() throws -> [UInt8]? {
    var decoder = ValuesDecoder(of: Self.nameAttribute)
    let request = SearchRequest(
      base: "", scope: .base, filter: "(objectClass=*)", attributes: [Self.nameAttribute])
    do {
      try search(request).visitEntries(&decoder)
    } catch is SearchFault {
      return nil
    }
    return decoder.values.first
  }

  private static let nameAttribute = "dsServiceName"
}
