import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

/// Who is a living person, by the one judge of live directories and files alike.
@Suite("Only living people are users (M12)", .timeLimit(.minutes(5)))
struct AccountKindTests {
  private static let name = "CN=a,OU=Staff,DC=acme,DC=example"

  /// The logins of what is left of a record between two others, with their mails.
  private func rows(_ values: [(String, [UInt8])], name: String = name) throws -> [[String?]] {
    var builder = try DirectoryBatchBuilder(
      directory: 0, configuration: Directory(domain: "ACME", source: .csv(path: "/x")),
      rootDN: nil, attributes: ["proxyAddresses"], moment: Export.moment)
    func add(_ values: [(String, [UInt8])], name: String) throws {
      for (attribute, value) in values {
        builder.append(index: try #require(builder.index(of: Array(attribute.utf8))), bytes: value)
      }
      builder.endRecord(dn: Array(name.utf8))
    }
    let mail = ("mail", Array("m@x".utf8))
    try add([("sAMAccountName", Array("first".utf8)), mail], name: Self.name)
    try add(values + [mail, mail, ("proxyAddresses", [0xFF])], name: name)
    try add([("sAMAccountName", Array("last".utf8)), mail], name: Self.name)
    return ExportRow.rows(of: builder.take()).map { [$0.login, $0.mail] }
  }

  private func isLeftOut(_ values: [(String, String)], name: String = name) throws -> Bool {
    let rows = try rows(values.map { ($0, Array($1.utf8)) }, name: name)
    let others = [["first", "m@x"], ["last", "m@x"]]
    guard rows.count == 3 else {
      #expect(rows == others)
      return true
    }
    #expect([rows[0], rows[2]] == others)
    return false
  }

  @Test(
    "a deleted object is none, by its mark or by its name",
    arguments: [
      ([("isDeleted", "TRUE")], name), ([("isDeleted", "True")], name),
      (
        [], "CN=a\\0ADEL:3f2504e0-4f89-11d3-9a0c-0305e82c3301,CN=Deleted Objects,DC=acme,DC=example"
      ),
      ([], "CN=a,cn=deleted objects,dc=acme"), ([], "CN=a,CN=Deleted\\20Objects, DC=acme"),
      ([], "CN=Deleted Objects,DC=acme,DC=example"),
      ([], "CN=a\\0adel:3f2504e0-4f89-11d3-9a0c-0305e82c3301,OU=Staff,DC=acme,DC=example"),
    ] as [([(String, String)], String)])
  func deleted(values: [(String, String)], name: String) throws {
    #expect(try isLeftOut(values + [("sAMAccountName", "a")], name: name))
  }

  @Test(
    "trusts and computers are none, by type or by control",
    arguments: [
      ("sAMAccountType", "805306370"), ("sAMAccountType", "805306369"),
      ("sAMAccountType", "268435456"), ("userAccountControl", "2080"),
      ("userAccountControl", "2048"), ("userAccountControl", "4096"),
      ("userAccountControl", "532480"), ("userAccountControl", "4130"),
    ])
  func trusts(attribute: String, value: String) throws {
    #expect(try isLeftOut([("sAMAccountName", "PARTNER$"), (attribute, value)]))
  }

  @Test(
    "krbtgt is none: by its name, its SID in either form, or a read-only controller's number",
    arguments: [
      [("sAMAccountName", "krbtgt")], [("sAMAccountName", "KRBTGT")],
      [("sAMAccountName", "krbtgt"), ("isCriticalSystemObject", "TRUE")],
      [
        ("sAMAccountName", "krbtgt"), ("isCriticalSystemObject", "TRUE"),
        ("objectSid", "S-1-5-21-1004336348-1177238915-682003330-502"),
      ],
      [("objectSid", "S-1-5-21-1-2-3-502"), ("sAMAccountName", "renamed")],
      [("sAMAccountName", "krbtgt_17391"), ("isCriticalSystemObject", "TRUE")],
      [("sAMAccountName", "x"), ("msDS-SecondaryKrbTgtNumber", "17391")],
    ] as [[(String, String)]])
  func tickets(values: [(String, String)]) throws {
    #expect(try isLeftOut(values))
  }

  @Test("krbtgt is none by its SID as LDAP carries it")
  func binarySID() throws {
    let domain: [UInt8] = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]
    let login = ("sAMAccountName", Array("a".utf8))
    #expect(try rows([login, ("objectSid", domain + [0xF6, 1, 0, 0])]).count == 2)
    #expect(try rows([login, ("objectSid", domain + [0xF4, 1, 0, 0])]).count == 3)
  }

  @Test(
    "Guest, Administrator, disabled people and whoever only looks like one of these stay",
    arguments: [
      [("sAMAccountName", "Guest"), ("isCriticalSystemObject", "TRUE")],
      [("sAMAccountName", "a"), ("objectSid", "S-1-5-21-1-2-3-500")],
      [("sAMAccountName", "a"), ("sAMAccountType", "805306368")],
      [("sAMAccountName", "a"), ("sAMAccountType", "junk"), ("userAccountControl", "junk")],
      [("sAMAccountName", "a"), ("userAccountControl", "66050")],
      [("sAMAccountName", "a"), ("isDeleted", "FALSE")],
      [("sAMAccountName", "a"), ("isDeleted", "a value as long as no boolean is")],
      [("sAMAccountName", "krbtgt_17391")], [("sAMAccountName", "krbtgt2")],
      [("sAMAccountName", "krbtgt_x"), ("isCriticalSystemObject", "TRUE")],
      [("sAMAccountName", "krbtgt"), ("isCriticalSystemObject", "FALSE")],
      [("sAMAccountName", "krbtgt"), ("objectSid", "S-1-5-21-1-2-3-1104")],
      [("sAMAccountName", "a"), ("objectSid", "S-1-5-32-502")],
      [("sAMAccountName", "a"), ("objectSid", "S-1-5-21-1-2-x-502")],
      [("sAMAccountName", "a"), ("objectSid", "S-1-")],
      [("sAMAccountName", "a"), ("objectSid", "")],
    ] as [[(String, String)]])
  func people(values: [(String, String)]) throws {
    #expect(try !isLeftOut(values))
  }

  @Test(
    "a name that only holds the words stays",
    arguments: [
      "CN=a,CN=Deleted Objects,OU=Staff,DC=acme", "CN=a\\,CN=Deleted Objects,DC=acme",
      "CN=a,OU=Deleted Objects,DC=acme", "CN=a,CN=Deleted Objects", "CN=DEL:x,DC=acme",
      "CN=Adelheid Modeler,OU=Delivery,DC=acme", "CN=a,CN=Deleted Objects,broken",
    ])
  func names(name: String) throws {
    #expect(try !isLeftOut([("sAMAccountName", "a")], name: name))
  }
}
