import ActiveDirectory
import Authorization
import Logging
import TenantCore
import Testing

@Suite("A directory exported as LDIF", .timeLimit(.minutes(5)))
struct FilesLDIFTests {
  static let guid = "03020100-0504-0706-0809-0a0b0c0d0e0f"
  static let jane = """
    dn: CN=Jane Doe,OU=Staff,DC=acme,DC=example
    changetype: add
    objectClass: top
    objectClass: person
    objectClass: user
    objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=acme,DC=example
    sAMAccountName: jdoe
    mail: jane.doe@acme.example
    givenName: Jane
    sn: Doe
    objectGUID:: AAECAwQFBgcICQoLDA0ODw==
    userAccountControl: 512
    accountExpires: 9223372036854775807
    lockoutTime: 0
    uSNChanged: 4711
    whenChanged: 20261122130000.0Z


    """

  @Test("an entry of ldifde becomes a row with all that a run needs (M12, M15)")
  func wholeEntry() async throws {
    let answer = try await Export.read(Self.jane, .ldif)
    #expect(
      answer.rows == [
        ExportRow(
          login: "jdoe", mail: "jane.doe@acme.example", firstName: "Jane", lastName: "Doe",
          name: "CN=Jane Doe,OU=Staff,DC=acme,DC=example", guid: Self.guid, changeNumber: 4711,
          changedAt: 1_795_352_400)
      ])
    #expect(answer.report?.records == 1)
    #expect(answer.report?.domain == Export.domain)
    #expect(answer.report?.findings == [])
  }

  @Test(
    "byte order marks, UTF-16, CRLF and what stands around entries change nothing",
    arguments: [
      Array(jane.utf8), [0xEF, 0xBB, 0xBF] + Array(jane.utf8), Export.utf16(jane),
      Export.utf16(jane, isLittleEndian: false), Array(Export.utf16(jane).dropFirst(2)),
      Array(Export.utf16(jane, isLittleEndian: false).dropFirst(2)), Array(jane.utf8) + [0x1A],
      Array(
        jane.split(separator: "\n", omittingEmptySubsequences: false)
          .joined(separator: "\r\n").utf8),
      Array(("version: 1\n\n" + jane).utf8),
      Array(("version: 1\n" + jane).utf8), Array(("# a comment\n#: odd\n\n\n" + jane).utf8),
    ])
  func encodings(bytes: [UInt8]) async throws {
    let expected = try await Export.read(Self.jane, .ldif).rows
    #expect(try await Export.read(bytes, .ldif).rows == expected)
  }

  @Test("folded lines are joined, also in comments, names and base64")
  func folding() async throws {
    let text =
      Self.jane
      .replacing("mail: jane.doe@", with: "# folded comm\n ent: x\nmail: jane\n .doe\n @")
      .replacing("objectGUID:: AAEC", with: "objectG\n UID:: AA\n EC")
      .replacing(
        "dn: CN=Jane Doe,OU=Staff,DC=acme,DC=example",
        with: "dn:: Q049SmFuZSBEb2UsT1U9U3Rh\n ZmYsREM9YWNtZSxEQz1leGFtcGxl")
    let row = try #require(try await Export.read(text, .ldif).rows.first)
    #expect(row.mail == "jane.doe@acme.example")
    #expect(row.guid == Self.guid)
    #expect(row.name == "CN=Jane Doe,OU=Staff,DC=acme,DC=example")
  }

  @Test("names are found in any case, and attributes of matchers with all their values")
  func attributes() async throws {
    let text = Self.jane.replacing("mail:", with: "MAIL:").replacing(
      "sn: Doe",
      with: "sn: Doe\nproxyAddresses: SMTP:a@x.example\nProxyAddresses;range=0-*: smtp:b@x.example")
    let row = try #require(
      try await Export.read(text, .ldif, extra: "proxyAddresses").rows.first)
    #expect(row.mail == "jane.doe@acme.example")
    #expect(row.extra == ["SMTP:a@x.example", "smtp:b@x.example"])
  }

  @Test(
    "computers, contacts, groups and containers are no rows (M12)",
    arguments: [
      ("objectClass: user\n", "objectClass: user\nobjectClass: computer\n", "CN=Computer"),
      ("objectClass: user\n", "objectClass: contact\n", "CN=Person"),
      ("objectClass: user\n", "objectClass: group\n", "CN=Group"),
    ])
  func notAPerson(old: String, new: String, category: String) async throws {
    let text = Self.jane.replacing(old, with: new).replacing("CN=Person,CN", with: "\(category),CN")
    let answer = try await Export.read(text, .ldif)
    #expect(answer.rows.isEmpty)
    #expect(answer.report?.findings == [])
  }

  @Test(
    "deleted objects, trusts and krbtgt are no rows, and not noted one by one (M12)",
    arguments: [
      ("userAccountControl: 512", "userAccountControl: 2080"),
      ("mail: jane.doe@acme.example", "sAMAccountType: 805306370"),
      ("mail: jane.doe@acme.example", "isDeleted: TRUE"),
      ("OU=Staff,DC", "CN=Deleted Objects,DC"),
      ("sAMAccountName: jdoe", "sAMAccountName: krbtgt\nisCriticalSystemObject: TRUE"),
      (
        "mail: jane.doe@acme.example",
        "objectSid:: AQUAAAAAAAUVAAAAHDzdOxd0K0bKPafo9gEAAA=="
      ),
    ])
  func notLiving(old: String, new: String) async throws {
    let answer = try await Export.read(
      Self.jane + "\n" + Self.jane.replacing(old, with: new), .ldif)
    #expect(answer.rows.map(\.login) == ["jdoe"])
    #expect(answer.report?.records == 1)
    #expect(answer.report?.findings == [])
  }

  @Test("the short name of the category will do, in any case")
  func shortCategory() async throws {
    let text = Self.jane.replacing(
      "CN=Person,CN=Schema,CN=Configuration,DC=acme,DC=example", with: "PERSON")
    #expect(try await Export.read(text, .ldif).rows.count == 1)
  }

  @Test("an entry without object classes is passed over, and a finding says so")
  func withoutClasses() async throws {
    let bare = Self.jane.split(separator: "\n").filter { !$0.hasPrefix("objectClass") }
    let answer = try await Export.read(
      Self.jane + bare.joined(separator: "\n") + "\n\n", .ldif)
    #expect(answer.rows.count == 1)
    #expect(answer.report?.findings.map(\.code) == [.skippedEntry])
    #expect(answer.report?.findings.first?.message.contains("objectClass") == true)
  }

  @Test("a thousand such entries are not a thousand findings")
  func manyWithoutClasses() async throws {
    let text = Self.jane + (0..<1000).map { "dn: CN=\($0)\ncn: \($0)\n\n" }.joined()
    let findings = try #require(try await Export.read(text, .ldif).report?.findings)
    #expect(findings.count == 21)
    #expect(findings.last?.message.contains("980 more") == true)
  }

  @Test("ten thousand users come in batches of at most 4,096")
  func batches() async throws {
    let text = (0..<10_000).map { _ in Self.jane + "\n" }.joined()
    let answer = try await Export.read(text, .ldif)
    #expect(answer.rows.count == 10_000)
    #expect(answer.batches == 3)
  }

  @Test("the record's faults and flags are told apart (M12, M14)")
  func faults() async throws {
    func row(_ old: String, _ new: String) async throws -> ExportRow? {
      try await Export.read(Self.jane.replacing(old, with: new), .ldif).rows.first
    }
    let guidLine = "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\n"
    #expect(try await row(guidLine, "")?.fault == .missingGUID)
    #expect(
      try await row(guidLine, "objectGUID:: AAAAAAAAAAAAAAAAAAAAAA==\n")?.fault == .missingGUID)
    #expect(try await row(guidLine, "objectGUID:: AAECAw==\n")?.fault == .missingGUID)
    #expect(try await row("sAMAccountName: jdoe\n", "")?.fault == .missingLogin)
    #expect(
      try await row("mail: jane.doe@acme.example", "mail:: /v8=")?.fault
        == .undecodable(attribute: "mail"))
    #expect(try await row("Control: 512", "Control: 514")?.flags == .disabled)
  }

  @Test(
    "an anchor is read as bytes and as the text of ldbsearch and samba-tool",
    arguments: [
      "objectGUID: 03020100-0504-0706-0809-0a0b0c0d0e0f",
      "objectGUID: {03020100-0504-0706-0809-0A0B0C0D0E0F}",
      "objectGUID:: MDMwMjAxMDAtMDUwNC0wNzA2LTA4MDktMGEwYjBjMGQwZTBm",
      "objectGUID;binary:: AAECAwQFBgcICQoLDA0ODw==",
    ])
  func anchors(line: String) async throws {
    let text = Self.jane.replacing("objectGUID:: AAECAwQFBgcICQoLDA0ODw==", with: line)
    #expect(try await Export.read(text, .ldif).rows == Export.read(Self.jane, .ldif).rows)
  }

  @Test("an attribute with an option, such as mail;lang-en, is another attribute")
  func options() async throws {
    let text = Self.jane.replacing(
      "sn: Doe",
      with: "mail;lang-en: en@x\nsn;x-phonetic: Do\nsn: Doe\nobjectClass;x-old: computer")
    #expect(try await Export.read(text, .ldif).rows == Export.read(Self.jane, .ldif).rows)
  }

  @Test("what nobody reads may be a file's URL, or no base64")
  func unreadValues() async throws {
    let text = Self.jane.replacing(
      "sn: Doe", with: "jpegPhoto:< file:///tmp/photo\nuserCertificate:: ***\nsn: Doe")
    #expect(try await Export.read(text, .ldif).rows == Export.read(Self.jane, .ldif).rows)
  }

  @Test("what says only that it is a user and no computer is a person (M12)")
  func withoutCategory() async throws {
    let category = "objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=acme,DC=example\n"
    let bare = Self.jane.replacing(category, with: "")
    #expect(try await Export.read(bare, .ldif).rows == Export.read(Self.jane, .ldif).rows)
    let computer = bare.replacing(
      "objectClass: user", with: "objectClass: user\nobjectClass: COMPUTER")
    #expect(try await Export.read(Self.jane + computer, .ldif).rows.count == 1)
  }

  @Test("a file in which no record says what it is, is refused (M12, T2)")
  func nobodySays() async throws {
    let silent =
      Self.jane.split(separator: "\n").filter { !$0.hasPrefix("objectC") }
      .joined(separator: "\n") + "\n\n"
    let message = await Export.failure(of: silent + silent, .ldif)
    #expect(message?.hasPrefix("1: no entry says what it is") == true)
    #expect(message?.contains("objectClass and objectCategory") == true)
  }

  @Test("a file of groups and computers says that there is nobody in it")
  func onlyGroups() async throws {
    let group = "dn: CN=g,DC=x\nobjectClass: top\nobjectClass: group\n\n"
    let computer = "dn: CN=c,DC=x\nobjectCategory: CN=Computer,CN=Schema,DC=x\n\n"
    for text in [group, computer, group + computer] {
      let answer = try await Export.read(text, .ldif)
      #expect(answer.rows.isEmpty && answer.report?.findings == [])
    }
  }

  private static let group =
    "dn: CN=All,OU=Groups,DC=acme\nchangetype: add\nobjectClass: group\nmember: CN=a\n\n"

  @Test(
    "what ldifde adds to a large group, and any change of what is no person, is passed over",
    arguments: [
      "dn: CN=All,OU=Groups,DC=acme\nchangetype: modify\nadd: member\nmember: CN=b\n-\n\n",
      "dn: cn=all,ou=Groups,DC=acme\nchangetype: modify\nreplace: mail\nmail: g@x\n-\n\n",
      "dn: CN=All,OU=Groups,DC=acme\nchangetype: delete\n\n",
      "dn: CN=Jane Doe,OU=Staff,DC=acme,DC=example\nchangetype: modify\nadd: memberOf\n"
        + "memberOf: CN=All\n-\n\n",
      "dn: CN=elsewhere\nchangetype: modify\nadd: member;range=1500-2999\nmember: CN=c\n-\n\n",
    ])
  func largeGroups(change: String) async throws {
    let answer = try await Export.read(Self.group + Self.jane + change + Self.group, .ldif)
    #expect(try await answer.rows == Export.read(Self.jane, .ldif).rows)
    #expect(answer.report?.findings == [])
  }

  @Test(
    "a change of a person, or of whom the file does not hold, is refused at its line (T2)",
    arguments: [
      (
        "CN=Jane Doe,OU=Staff,DC=acme,DC=example", "modify\nreplace: mail\nmail: b@x\n-\n",
        "of mail"
      ),
      (
        "CN=Jane Doe,OU=Staff,DC=acme,DC=example",
        "modify\nadd: objectClass\nobjectClass: computer\n", "of objectClass"
      ),
      ("CN=Jane Doe,OU=Staff,DC=acme,DC=example", "delete\n", "'changetype: delete'"),
      ("CN=elsewhere", "modify\nadd: description\ndescription: x\n-\nDELETE: SN\n-\n", "of SN"),
      ("CN=elsewhere", "modrdn\nnewrdn: CN=x\ndeleteoldrdn: 1\n", "'changetype: modrdn'"),
    ])
  func changes(dn: String, change: String, words: String) async throws {
    let text = Self.group + Self.jane + "dn: \(dn)\nchangetype: \(change)\n"
    let message = try #require(await Export.failure(of: text, .ldif))
    let line = (Self.group + Self.jane).count { $0 == "\n" } + 1
    #expect(message.hasPrefix("\(line): "), "\(message)")
    #expect(message.contains(words), "\(message)")
  }
}
