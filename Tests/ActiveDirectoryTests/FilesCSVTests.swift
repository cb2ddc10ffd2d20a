import ActiveDirectory
import TenantCore
import Testing

@Suite("A directory exported as CSV", .timeLimit(.minutes(5)))
struct FilesCSVTests {
  private let guid = "03020100-0504-0706-0809-0a0b0c0d0e0f"

  @Test("Export-Csv's columns are known by PowerShell's names")
  func exportCSV() async throws {
    let text = """
      #TYPE Microsoft.ActiveDirectory.Management.ADUser
      "DistinguishedName","Enabled","GivenName","ObjectGUID","SamAccountName","Surname",\
      "EmailAddress","LockedOut"
      "CN=Doe\\, Jane,OU=Staff,DC=acme,DC=example","False","Jane","\(guid)","jdoe","Doe",\
      "j@acme.example","True"

      """
    let rows = try await Export.read(text, .csv).rows
    #expect(
      rows == [
        ExportRow(
          login: "jdoe", mail: "j@acme.example", firstName: "Jane", lastName: "Doe",
          name: "CN=Doe\\, Jane,OU=Staff,DC=acme,DC=example", guid: guid,
          flags: [.disabled, .locked, .expiredUnknown])
      ])
  }

  @Test("csvde's hexadecimal cells, lists and numbers are understood")
  func csvde() async throws {
    let text = """
      DN,objectClass,sn,givenName,uSNChanged,whenChanged,objectGUID,userAccountControl,\
      accountExpires,sAMAccountName,proxyAddresses
      "CN=x,DC=acme",user,X'4dc3bc6c6c6572',Eva,77,20261122130000.0Z,\
      X'000102030405060708090a0b0c0d0e0f',66050,0,emueller,SMTP:e@a.example;smtp:f@a.example

      """
    let row = try #require(try await Export.read(text, .csv, extra: "proxyAddresses").rows.first)
    #expect(row.lastName == "Müller")
    #expect(row.guid == guid)
    #expect(row.flags == [.disabled, .lockedUnknown])
    #expect(row.changeNumber == 77)
    #expect(row.changedAt == 1_795_352_400)
    #expect(row.extra == ["SMTP:e@a.example", "smtp:f@a.example"])
  }

  @Test(
    "words other than True and False, and blank cells, are not known (M12)",
    arguments: [
      ("True", "False", "", "0", true, false, false), ("", "", "", "", nil, nil, nil),
      ("Wahr", "yes", "", "(never)", nil, nil, nil), ("FALSE", "", "0", "", false, false, nil),
      // A blank lockoutTime says "never locked", if the account could be seen at all.
      ("True", "", "", "", true, false, nil), ("True", "True", "", "", true, true, nil),
    ] as [(String, String, String, String, Bool?, Bool?, Bool?)])
  func words(
    enabled: String, lockedOut: String, lockout: String, expires: String, isEnabled: Bool?,
    isLocked: Bool?, isExpired: Bool?
  ) async throws {
    let text =
      "sAMAccountName,objectGUID,Enabled,LockedOut,lockoutTime,accountExpires\n"
      + "a,\(guid),\(enabled),\(lockedOut),\(lockout),\(expires)\n"
    let row = try #require(try await Export.read(text, .csv).rows.first)
    #expect(
      row.flags == AccountFlags(isEnabled: isEnabled, isLocked: isLocked, isExpired: isExpired))
  }

  @Test("what PowerShell says of deleted objects and by SID is understood (M12)")
  func others() async throws {
    let text = """
      DistinguishedName,SamAccountName,ObjectGUID,SID,Deleted,sAMAccountType
      "CN=a,DC=acme",a,\(guid),S-1-5-21-1-2-3-1104,,805306368
      "CN=b,DC=acme",b,\(guid),S-1-5-21-1-2-3-1105,True,
      "CN=krbtgt,CN=Users,DC=acme",krbtgt,\(guid),S-1-5-21-1-2-3-502,,
      "CN=c,DC=acme",PARTNER$,\(guid),S-1-5-21-1-2-3-1106,,805306370

      """
    #expect(try await Export.read(text, .csv).rows.map(\.login) == ["a"])
  }

  @Test(
    "a GUID may be written in any of its forms; anything else makes the record invalid (M14)",
    arguments: [
      ("03020100-0504-0706-0809-0a0b0c0d0e0f", true), ("X'000102030405060708090A0B0C0D0E0F'", true),
      ("{03020100-0504-0706-0809-0A0B0C0D0E0F}", true), ("", false), ("X'0001'", false),
      ("X'zz'", false), ("00000000-0000-0000-0000-000000000000", false),
      ("sixteen letters!", false), ("03020100050407060809-0a0b0c0d0e0f", false),
    ])
  func guids(text: String, isGood: Bool) async throws {
    let row = try #require(
      try await Export.read("sAMAccountName,objectGUID\na,\(text)\n", .csv).rows.first)
    #expect(row.guid == (isGood ? guid : nil))
    #expect(row.fault == (isGood ? nil : .missingGUID))
  }

  @Test(
    "of two columns for one attribute the one that is filled counts",
    arguments: [("a@x", "a@x"), ("", "a@x"), ("a@x", ""), (" ", "a@x")])
  func twice(first: String, second: String) async throws {
    let text = "EmailAddress,mail,objectGUID,sAMAccountName\n\(first),\(second),\(guid),a\n"
    #expect(try await Export.read(text, .csv, extra: "mail").rows.first?.extra == ["a@x"])
  }

  @Test(
    "two columns of one meaning that differ are refused, naming both (T2)",
    arguments: [
      ("EmailAddress,mail,objectGUID,sAMAccountName\na@x,b@x,$,a\n", "'EmailAddress' and 'mail'"),
      ("sn,Surname,objectGUID,sAMAccountName\na,b,$,a\n", "'sn' and 'Surname'"),
      ("DN,DistinguishedName,objectGUID,sAMAccountName\nCN=a,CN=b,$,a\n", "'DN' and 'Distin"),
      ("mail,objectGUID,sAMAccountName,mail\na,$,a,b\n", "columns 1 and 4, both named 'mail'"),
      ("Enabled,enabled,objectGUID,sAMAccountName\nTrue,False,$,a\n", "'Enabled' and 'enabled'"),
      ("objectGUID,ObjectGUID,sAMAccountName\n$,x,a\n", "'objectGUID' and 'ObjectGUID'"),
    ])
  func twiceDifferent(text: String, words: String) async throws {
    let message = try #require(
      await Export.failure(of: text.replacing("$", with: guid), .csv))
    #expect(message.hasPrefix("2: the columns "), "\(message)")
    #expect(message.contains(words), "\(message)")
  }

  @Test("semicolons and tabs are delimiters, too, with Excel's first line or without")
  func delimiters() async throws {
    let comma =
      "sAMAccountName,objectGUID,mail,proxyAddresses\na,\(guid),a@x,\"SMTP:a@x;smtp:b@x\"\n"
    let expected = try await Export.read(comma, .csv, extra: "proxyAddresses").rows
    #expect(expected.map(\.mail) == ["a@x"])
    for (delimiter, first) in [
      (";", ""), ("\t", ""), (";", "sep=;\r\n"), (";", "\u{FEFF}#TYPE x\r\n"),
    ] {
      let text = first + comma.replacing(",", with: delimiter)
      #expect(try await Export.read(text, .csv, extra: "proxyAddresses").rows == expected)
    }
    let message = await Export.failure(of: "sAMAccountName;objectGUID,mail\n", .csv)
    #expect(
      message?.hasPrefix("1: the column names are separated by semicolons and by commas") == true)
  }

  @Test("files that were joined are one, each with its byte order mark and its column names")
  func joined() async throws {
    let head =
      "\u{FEFF}#TYPE Microsoft.ActiveDirectory.Management.ADUser\r\n\"sAMAccountName\",\"objectGUID\"\r\n"
    let text = head + "\"a\",\"\(guid)\"\r\n" + head + "\"b\",\"\(guid)\"\r\n"
    for bytes in [Array(text.utf8), Array(text.utf8) + [0x1A], Export.utf16(text)] {
      #expect(try await Export.read(bytes, .csv).rows.map(\.login) == ["a", "b"])
    }
  }

  @Test(
    "a row that says that it is no person is none (M12)",
    arguments: [
      ("user", "", true), ("inetOrgPerson", "", true), ("", "", true), ("acmeEmployee", "", true),
      ("top;person;organizationalPerson;user", "CN=Person,CN=Schema,DC=x", true),
      ("top;person;organizationalPerson;user", "", true), ("", "person", true),
      ("top;person;organizationalPerson;user;computer", "", false), ("computer", "", false),
      ("group", "", false), ("top;group", "", false),
      ("msDS-GroupManagedServiceAccount", "", false),
      ("user", "CN=Computer,CN=Schema,DC=x", false), ("", "CN=Group,CN=Schema,DC=x", false),
      ("top;person;organizationalPerson;contact", "", false),
    ])
  func kinds(classes: String, category: String, isPerson: Bool) async throws {
    let text =
      "ObjectClass,objectCategory,sAMAccountName,objectGUID\n"
      + "\"\(classes)\",\"\(category)\",a,\(guid)\n"
    #expect(try await Export.read(text, .csv).rows.count == (isPerson ? 1 : 0))
    let withoutLogin = "ObjectClass,sAMAccountName,objectGUID\ncontainer,,\(guid)\n"
    #expect(try await Export.read(withoutLogin, .csv).rows.isEmpty)
  }

  @Test("UTF-16 as PowerShell 5 writes it, quotes, commas, formulas and line breaks are kept")
  func awkwardCells() async throws {
    let text =
      "sAMAccountName,mail,sn,objectGUID\r\n"
      + "\"=HYPERLINK(\"\"x\"\",1)\",\"a,b\",\"O'Neil\r\nJr. \u{202E}\u{200B}\",\(guid)\r\n"
    for bytes in [Array(text.utf8), Export.utf16(text), [0xEF, 0xBB, 0xBF] + Array(text.utf8)] {
      let row = try #require(try await Export.read(bytes, .csv).rows.first)
      #expect(row.login == "=HYPERLINK(\"x\",1)")
      #expect(row.mail == "a,b")
      #expect(row.lastName == "O'Neil\r\nJr. \u{202E}\u{200B}")
    }
  }

  @Test("a list that Export-Csv could not write is an error that says how to export it (T2)")
  func list() async throws {
    let cell = "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection"
    let text = "sAMAccountName,objectGUID,mail\na,\(guid),\(cell)\n"
    let message = await Export.failure(of: text, .csv)
    #expect(message?.hasPrefix("2: ") == true)
    #expect(message?.contains("-join ';'") == true)
    let unread = text.replacing("mail", with: "memberOf")
    #expect(try await Export.read(unread, .csv).rows.count == 1)
  }

  @Test(
    "a file that does not parse to its end names the line (T2)",
    arguments: [
      ("mail,objectGUID\nx,y\n", "1: the column sAMAccountName is missing"),
      ("sAMAccountName,mail\nx,y\n", "1: the column objectGUID is missing"),
      ("", "1: the file is empty"),
      ("sAMAccountName,objectGUID\na,b\nc\n", "3: the row has 1 cells, and the header 2"),
      ("sAMAccountName,objectGUID\na,b", "2: the file ends within this row"),
      (
        "sAMAccountName,objectGUID\na,b\nobjectGUID,sAMAccountName\nb,a\n",
        "3: these are column names"
      ),
      ("sAMAccountName,objectGUID\na,\"b\nc\n", "2: a quoted field is not closed"),
      ("sAMAccountName,objectGUID\na,\"b\"c\n", "2: text follows the closing quote"),
    ])
  func malformed(text: String, words: String) async throws {
    let message = await Export.failure(of: text, .csv)
    #expect(message?.hasPrefix(words) == true, "\(message ?? "")")
  }

  @Test("an exclusion by organizational unit needs the column that tells it (M13)")
  func exclusionNeedsName() async throws {
    let exclusions = Exclusions(organizationalUnits: ["OU=Rooms"])
    let text = "sAMAccountName,objectGUID\na,\(guid)\n"
    let message = await Export.failure(of: text, .csv, exclusions: exclusions)
    #expect(message?.contains("exclude.organizationalUnits needs the column") == true)
    let named = "DN,sAMAccountName,objectGUID\n\"CN=a,OU=Rooms,DC=x\",a,\(guid)\n"
    let rows = try await Export.read(named, .csv, exclusions: exclusions).rows
    #expect(rows.map(\.exclusion) == [.organizationalUnits])
  }
}
