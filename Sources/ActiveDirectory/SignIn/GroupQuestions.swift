import CLDAP

/// The groups of a person as the directory counts them.
enum PersonToken {
  /// The most values that are taken; Windows itself signs nobody in with more than 1,015.
  static let maximumGroups = 20_000

  case groups(Set<SecurityIdentifier>)
  /// The server does not count, or not for the account that reads.
  case unknown

  init(of dn: String, _ session: LDAPSession) throws {
    let request = SearchRequest(
      base: dn, scope: .base, filter: "(objectClass=*)", attributes: ["tokenGroups"])
    var decoder = IdentifierDecoder(of: "tokenGroups", limit: Self.maximumGroups)
    do {
      try session.search(request).visitEntries(&decoder)
    } catch let search as SearchFault where search.fault.code == LDAP_NO_SUCH_OBJECT {
      self = .groups([])
      return
    }
    self = decoder.identifiers.isEmpty ? .unknown : .groups(decoder.identifiers)
  }
}

/// An assigned group as its directory knows it.
enum GroupEntry {
  case missing
  case known(SecurityIdentifier)
  /// It has no security identifier: the server is no Active Directory.
  case unidentified

  init(_ dn: String, _ session: LDAPSession) throws {
    let request = SearchRequest(
      base: dn, scope: .base, filter: "(objectClass=*)", attributes: ["objectSid"])
    var decoder = IdentifierDecoder(of: "objectSid", limit: 1)
    do {
      let count = try session.search(request).visitEntries(&decoder)
      guard count > 0 else {
        self = .missing
        return
      }
    } catch let search as SearchFault where Self.namesNothing.contains(search.fault.code) {
      self = .missing
      return
    }
    self = decoder.identifiers.first.map { .known($0) } ?? .unidentified
  }

  private static let namesNothing = [LDAP_NO_SUCH_OBJECT, LDAP_INVALID_DN_SYNTAX, LDAP_REFERRAL]
}

/// Asks whether a group's `member` names a person.
struct GroupMember {
  /// `LDAP_MATCHING_RULE_IN_CHAIN`.
  static let chain = "1.2.840.113556.1.4.1941"

  private let group: String
  private let person: String

  init(_ person: String, of group: String) {
    self.group = group
    self.person = SearchFilter.escaped(person)
  }

  /// A server that does not know the rule finds nothing or says so (RFC 4511, section 4.5.1.7.7);
  /// either way the list itself is looked at then.
  func isFound(_ session: LDAPSession) throws -> Bool {
    try matches("(member:\(Self.chain):=\(person))", session)
      || matches("(member=\(person))", session)
  }

  private func matches(_ filter: String, _ session: LDAPSession) throws -> Bool {
    let request = SearchRequest(base: group, scope: .base, filter: filter, attributes: ["1.1"])
    var decoder = ValuesDecoder(of: "1.1")
    do {
      return try session.search(request).visitEntries(&decoder) > 0
    } catch let search as SearchFault where Self.unanswerable.contains(search.fault.code) {
      return false
    }
  }

  private static let unanswerable = [
    LDAP_INAPPROPRIATE_MATCHING, LDAP_UNDEFINED_TYPE, LDAP_INVALID_SYNTAX, LDAP_NO_SUCH_OBJECT,
    LDAP_UNWILLING_TO_PERFORM, LDAP_INVALID_DN_SYNTAX,
  ]
}
