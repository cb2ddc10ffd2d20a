import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("Attribute values become directory users", .timeLimit(.minutes(5)))
struct DirectoryBatchBuilderTests {
  private static let guid = [UInt8](1...16)

  private func builder(
    _ exclusions: Exclusions = Exclusions(), rootDN: String? = nil, attributes: [String] = []
  ) throws -> DirectoryBatchBuilder {
    try DirectoryBatchBuilder(
      directory: 3,
      configuration: Directory(
        domain: "ACME", source: .csv(path: "/x"), exclusions: exclusions), rootDN: rootDN,
      attributes: attributes, moment: Timestamp(secondsSince1970: 1_790_000_000))
  }

  private func row(
    _ values: [(String, [UInt8])], name: String = "CN=a,DC=x",
    _ exclusions: Exclusions = Exclusions(), rootDN: String? = nil
  ) throws -> ExportRow {
    var builder = try builder(exclusions, rootDN: rootDN)
    for (attribute, value) in values {
      let index = try #require(builder.index(of: Array(attribute.utf8)))
      builder.append(index: index, bytes: value)
    }
    builder.endRecord(dn: Array(name.utf8))
    return try #require(ExportRow.rows(of: builder.take()).first)
  }

  private func row(_ attribute: String, _ value: String) throws -> ExportRow {
    try row([
      ("objectGUID", Self.guid), ("sAMAccountName", Array("a".utf8)),
      (attribute, Array(value.utf8)),
    ])
  }

  @Test("attributes are asked for once, in any case, and columns keep their order")
  func columns() throws {
    var builder = try builder(attributes: ["proxyAddresses", "MAIL", "proxyaddresses", "title"])
    #expect(
      builder.wantedAttributes
        == DirectoryAttribute.text + ["proxyAddresses", "title"] + [
          "objectGUID", "userAccountControl", "accountExpires",
          "msDS-User-Account-Control-Computed", "lockoutTime", "uSNChanged", "whenChanged",
          "isDeleted", "sAMAccountType", "isCriticalSystemObject", "objectSid",
          "msDS-SecondaryKrbTgtNumber",
        ])
    #expect(builder.index(of: Array("SAMACCOUNTNAME".utf8)) == 0)
    #expect(builder.index(of: Array("memberOf".utf8)) == nil)
    let batch = builder.take()
    #expect(batch.directory == 3)
    #expect(
      batch.records.columns.map(\.name) == DirectoryAttribute.text + [
        "proxyAddresses", "title", "distinguishedName",
      ])
  }

  @Test(
    "what is read of an account is known, and nothing else is (M12)",
    arguments: [
      ("mail", "a@x", nil, nil, nil),
      ("userAccountControl", "512", true, nil, nil), ("userAccountControl", "514", false, nil, nil),
      ("userAccountControl", "66050", false, nil, nil),
      ("userAccountControl", "junk", nil, nil, nil), ("userAccountControl", "", nil, nil, nil),
      ("accountExpires", "0", nil, nil, false),
      ("accountExpires", "9223372036854775807", nil, nil, false),
      ("accountExpires", "134344735990000000", nil, nil, true),
      ("accountExpires", "134344736000000000", nil, nil, true),
      ("accountExpires", "134344736010000000", nil, nil, false),
      ("accountExpires", "-1", nil, nil, false),
      ("accountExpires", "99999999999999999999", nil, nil, nil),
      ("accountExpires", "never", nil, nil, nil), ("accountExpires", "(never)", nil, nil, nil),
      ("accountExpires", "1/1/1601 12:00:00 AM", nil, nil, nil),
      ("accountExpires", "31.12.2026 00:00:00", nil, nil, nil),
      ("lockoutTime", "0", nil, false, nil), ("lockoutTime", "134344735990000000", nil, true, nil),
      ("lockoutTime", "soon", nil, nil, nil),
      ("msDS-User-Account-Control-Computed", "16", nil, true, nil),
      ("msDS-User-Account-Control-Computed", "8388608", nil, false, nil),
    ] as [(String, String, Bool?, Bool?, Bool?)])
  func flags(attribute: String, value: String, enabled: Bool?, locked: Bool?, expired: Bool?)
    throws
  {
    let flags = try row(attribute, value).flags
    #expect(flags == AccountFlags(isEnabled: enabled, isLocked: locked, isExpired: expired))
    #expect([flags.isEnabled, flags.isLocked, flags.isExpired] == [enabled, locked, expired])
  }

  @Test("the computed attribute knows when a lockout has run out (M12)")
  func lockoutIsOver() throws {
    let values: [(String, [UInt8])] = [
      ("lockoutTime", Array("134344735990000000".utf8)),
      ("msDS-User-Account-Control-Computed", Array("0".utf8)),
    ]
    #expect(try row(values).flags.isLocked == false)
    #expect(try row(values.reversed()).flags.isLocked == false)
  }

  @Test(
    "the moment of the last change is read from GeneralizedTime (M15)",
    arguments: [
      ("19700101000000.0Z", 0), ("20261122130000.0Z", 1_795_352_400),
      ("20240229235959Z", 1_709_251_199),
      ("20261122", 0), ("20261322130000.0Z", 0), ("11/22/2026 1:00 PM", 0), ("", 0),
    ])
  func changedAt(text: String, seconds: Int64) throws {
    #expect(try row("whenChanged", text).changedAt == seconds)
  }

  @Test("the gravest fault is told, and a faulty record hides no other (M14)")
  func faults() throws {
    let login = ("sAMAccountName", Array("a".utf8))
    #expect(try row([]).fault == .missingGUID)
    #expect(
      try row([("objectGUID", [UInt8](repeating: 0, count: 16)), login]).fault == .missingGUID)
    #expect(try row([("objectGUID", Self.guid + [17]), login]).fault == .missingGUID)
    #expect(try row([("objectGUID", Self.guid)]).fault == .missingLogin)
    #expect(
      try row([("objectGUID", Self.guid), ("sAMAccountName", Array(" \u{A0}".utf8))]).fault
        == .missingLogin)
    #expect(
      try row([("objectGUID", Self.guid), ("sAMAccountName", [0xFF])]).fault
        == .undecodable(attribute: "sAMAccountName"))
    #expect(try row([("objectGUID", Self.guid), login]).fault == nil)
  }

  @Test("4,096 bytes are compared, one more is undecodable, and ten million do no harm (M14)")
  func longValues() throws {
    #expect(try row("mail", String(repeating: "m", count: 4096)).fault == nil)
    for length in [4097, 10_000_000] {
      let row = try row("mail", String(repeating: "m", count: length))
      #expect(row.fault == .undecodable(attribute: "mail"))
      #expect(row.mail == nil)
    }
  }

  @Test("values of one record do not leak into the next")
  func reset() throws {
    var builder = try builder(Exclusions(logins: ["a"]))
    for (index, value) in [Array("a".utf8), [0xFF]].enumerated() {
      builder.append(index: index, bytes: value)
    }
    builder.append(
      index: try #require(builder.index(of: Array("objectGUID".utf8))), bytes: Self.guid)
    builder.insert(isEnabled: false)
    builder.insert(isLocked: true)
    builder.endRecord(dn: Array("CN=a".utf8))
    builder.endRecord(dn: [])
    let rows = ExportRow.rows(of: builder.take())
    #expect(rows.last == ExportRow(flags: .unknown, fault: .missingGUID))
    #expect(rows.first?.exclusion == .logins)
    #expect(builder.take().count == 0)
  }

  @Test(
    "an excluded unit of a live directory is below the root DN; a whole name is taken as it is (M13)",
    arguments: [
      ("OU=Rooms", "CN=a,OU=Rooms,DC=acme,DC=example", true),
      ("OU=Rooms", "CN=a,OU=Deep,ou=ROOMS,dc=acme,DC=example", true),
      ("OU=Rooms", "CN=a,OU=Rooms,OU=US,DC=acme,DC=example", false),
      ("OU=Rooms,OU=US", "CN=a,OU=Rooms,OU=US,DC=acme,DC=example", true),
      ("OU=Rooms,DC=acme,DC=example", "CN=a,OU=Rooms,DC=acme,DC=example", true),
      ("OU=Rooms", "OU=Rooms,DC=acme,DC=example", false),
      ("OU=Sales\\, US", "CN=a,OU=Sales\\2C US,DC=acme,DC=example", true),
    ])
  func unitsOfLiveDirectory(unit: String, name: String, isExcluded: Bool) throws {
    let row = try row(
      [], name: name, Exclusions(organizationalUnits: [unit]), rootDN: "DC=acme,DC=example")
    #expect((row.exclusion == .organizationalUnits) == isExcluded)
  }

  @Test(
    "an excluded unit of a file ends before the domain's components, or is a whole name (M13)",
    arguments: [
      ("OU=Rooms", "CN=a,OU=Rooms,DC=acme,DC=example", true),
      ("OU=Rooms", "CN=a,OU=Deep,OU=Rooms,DC=acme", true),
      ("OU=Rooms", "CN=a,OU=Rooms,OU=US,DC=acme,DC=example", false),
      ("OU=Rooms,DC=acme,DC=example", "CN=a,OU=Rooms,DC=acme,DC=example", true),
      ("OU=Rooms,DC=other,DC=example", "CN=a,OU=Rooms,DC=acme,DC=example", false),
      ("O=Acme", "CN=a,OU=Rooms,O=Acme", true),
    ])
  func unitsOfFile(unit: String, name: String, isExcluded: Bool) throws {
    let row = try row([], name: name, Exclusions(organizationalUnits: [unit]))
    #expect((row.exclusion == .organizationalUnits) == isExcluded)
  }

  @Test("a name that nobody can place in a unit makes the record invalid, if units are excluded")
  func unreadableName() throws {
    let values: [(String, [UInt8])] = [
      ("objectGUID", Self.guid), ("sAMAccountName", Array("a".utf8)),
    ]
    let exclusions = Exclusions(organizationalUnits: ["OU=Rooms"])
    #expect(
      try row(values, name: "CN=a,broken", exclusions).fault
        == .undecodable(attribute: "distinguishedName"))
    #expect(try row(values, name: "CN=a,broken").fault == nil)
  }

  @Test("an excluded unit that is no name is an error of the configuration")
  func badUnit() {
    let error = #expect(throws: DirectoryError.self) {
      try builder(Exclusions(organizationalUnits: ["Rooms"]))
    }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("'Rooms'") == true)
  }
}
