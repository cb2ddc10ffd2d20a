import OperatingSystem
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("What LDAP says and needs, as text")
struct LDAPWordsTests {
  @Test(
    "Active Directory's codes of a refused bind have a reason each",
    arguments: ["525", "52e", "530", "531", "532", "533", "701", "773", "775"])
  func codes(code: String) {
    let words =
      "80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data "
      + "\(code), v3839\0"
    #expect(BindDiagnosis.reason(in: words) == BindDiagnosis.reasons[code])
    #expect(BindDiagnosis.reason(in: words) != nil)
  }

  @Test("A search is written as an ldapsearch line for the shell, without the secret")
  func command() {
    let settings = LDAPSettings(
      hosts: .discovered, security: .starttls, caCertificate: "/etc/my ca.pem",
      bind: .simple(user: "ACME\\o'neil", password: .file(path: "/secrets/acme")), rootDN: "")
    let server = LDAPServer(host: "dc1", port: 389, security: .starttls)
    let request = SearchRequest(
      base: "OU=A B,DC=x", filter: "(a=*)", attributes: ["mail"], pageSize: 500)
    #expect(
      SearchCommand(settings: settings, server: server, request: request).description
        == "LDAPTLS_CACERT='/etc/my ca.pem' ldapsearch -LLL -H ldap://dc1:389 -ZZ -x "
        + "-D 'ACME\\o'\\''neil' -y /secrets/acme -b 'OU=A B,DC=x' -s sub "
        + "-E pr=500/noprompt '(a=*)' mail")
  }

  @Test("Filters are and-ed with the person filter; anchors are escaped byte by byte")
  func filters() {
    #expect(
      SearchFilter.persons(and: "(a=b)", "c=d") == "(&\(SearchFilter.person)(a=b)(c=d))")
    #expect(SearchFilter.persons(and: nil) == SearchFilter.person)
    #expect(SearchFilter.anyOf([[0x0a, 0xff]]) == "(|(objectGUID=\\0a\\ff))")
  }

  @Test("An organizational unit is below the root; case and spaces do not count")
  func names() {
    #expect(
      DistinguishedName.absolute("OU=Staff", under: "DC=acme,DC=example")
        == "OU=Staff,DC=acme,DC=example")
    #expect(DistinguishedName.isWithin("cn=a\\,b, OU = Staff,dc=ACME", "ou=staff,DC=acme"))
    #expect(!DistinguishedName.isWithin("OU=NotStaff,DC=acme", "OU=Staff,DC=acme"))
  }

  @Test("Service records give hosts, each once, without port or final dot")
  func hosts() {
    #expect(LDAPServer.hosts(inList: "dc1.a.:389 DC2.a:389 dc1.a:3268") == ["dc1.a", "dc2.a"])
  }

  @Test(
    "Ranges end with a star, and with nothing else",
    arguments: [
      (";range=0-1499", 1500), (";RANGE=1500-*", nil), ("", nil),
      (";range=0-9223372036854775807", RangeOption.unreadable),
      (";range=0-", RangeOption.unreadable), (";range=0-x", RangeOption.unreadable),
    ])
  func ranges(option: String, next: Int?) {
    #expect(RangeOption.next(after: option) == next)
  }

  @Test("A plaintext connection leaves this machine under no name", arguments: ["192.0.2.1", "::"])
  func plaintext(host: String) async {
    let settings = LDAPSettings(
      hosts: .listed([host]), security: .plaintext,
      bind: .simple(user: "u", password: .command(["true"])), rootDN: "DC=a")
    let connector = LDAPConnector(settings: settings, cancellation: Cancellation())
    #expect(throws: DirectoryError.self) {
      _ = try connector.open(LDAPServer(host: host, port: 9, security: .plaintext))
    }
  }
}
