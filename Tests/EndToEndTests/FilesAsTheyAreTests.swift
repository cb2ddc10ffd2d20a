import Foundation
import Harness
import Testing

/// Exports and users files as administrators have them, each as a tenant of its own: from the file
/// to the review, with exit code, finding and history.
@Suite("Files as they are", .timeLimit(.minutes(10)))
struct FilesAsTheyAreTests {
  private let tenantctl: RunTenantctl

  init() throws { tenantctl = try RunTenantctl() }

  private static let guid = "03020100-0504-0706-0809-0a0b0c0d0e0f"
  private static let header = "DN,sAMAccountName,objectGUID,mail,givenName,sn,employeeID"

  private static func row(last: String = "Müller", employeeID: String = "007") -> String {
    "\"CN=z,DC=acme\",zmueller,\(guid),z@acme.example,Zoë,\(last),\(employeeID)"
  }

  private static let good = "\(header)\r\n\(row())\r\n"
  private static let entry = LDIF.person("zmueller", number: 1, mail: "z@acme.example")

  private static func utf16(_ text: String) -> [UInt8] {
    text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  }

  private static func latin1(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: tenantctl.folder.path("tenants/\(name)")))
  }

  /// A tenant `acme` with one file of either kind, and one user whom it fits.
  private func tenant(_ bytes: [UInt8], _ format: String = "csv", users: String = "") async throws {
    try write(bytes, to: "directory.\(format)")
    try tenantctl.addTenantFile(
      "acme",
      """
      version: 1
      tenant: acme
      directories:
        - { domain: ACME, source: \(format), file: directory.\(format) }
      \(users)
      access:
        roles:
          admin: [Administer Tenant, Administer Active Directory Authentication]
        assignments:
          - { fileOwner: true, roles: [admin] }

      """)
    guard users.isEmpty else { return }
    try tenantctl.folder.write(
      "userName,windowsLogin\nzoe,ACME\\zmueller\n", to: "users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
  }

  private static let refusals: [(String, [UInt8], String)] = [
    (
      "csv", latin1(good),
      "directory.csv:2: the file is neither UTF-8 nor UTF-16; it looks like Windows-1252"
    ),
    ("csv", latin1(good), "Export-Csv -Encoding UTF8"),
    (
      "csv", Array("\(header),EmailAddress\n\(row()),other@x\n".utf8),
      "directory.csv:2: the columns 'mail' and 'EmailAddress'"
    ),
    (
      "csv", Array("sAMAccountName;objectGUID,mail\n".utf8),
      "directory.csv:1: the column names are separated by"
    ),
    ("csv", Array(good.utf8.dropLast(2)), "directory.csv:2: the file ends within this row"),
    ("csv", Array(good.utf8.dropLast(9)), "directory.csv:2: the row has 6 cells"),
    ("csv", Array(good.utf8) + [0, 0], "directory.csv:3: the file has a zero byte"),
    (
      "ldif", Array((entry + "# numEntries: 2\n").utf8),
      "it says that it has 2 entries, and the file holds 1"
    ),
    ("ldif", Array(entry.utf8.dropLast(1)), "directory.ldif:1: the file ends within the entry"),
    ("ldif", Array(entry.utf8.dropLast(6)), "directory.ldif:1: the file ends within the entry"),
    (
      "ldif",
      Array(
        (entry
          + "dn: CN=zmueller,OU=Staff,DC=acme,DC=example\nchangetype: modify\nreplace: mail\nmail: x@x\n-\n\n")
          .utf8), "a record 'changetype: modify' of mail"
    ),
    (
      "ldif", Array(entry.replacing("mail::", with: "mail:<").utf8),
      "a value by URL is not followed"
    ),
    ("ldif", Array("dn: CN=a,DC=acme\nsAMAccountName: a\n\n".utf8), "no entry says what it is"),
  ]

  @Test(
    "T2: a file that cannot be read with certainty is 75, and the last snapshot stays",
    arguments: refusals)
  func refused(format: String, bytes: [UInt8], words: String) async throws {
    try await tenant(Array((format == "csv" ? Self.good : Self.entry).utf8), format)
    try await tenantctl.done("sync", "acme")
    let (before, user) = (try await tenantctl.review("acme"), try await show())
    #expect(before.rows["zmueller"]?.userName == "zoe")

    try write(bytes, to: "directory.\(format)")
    let answer = try await tenantctl("sync", "acme")
    #expect(answer.code == 75)
    #expect(answer.errors.contains(words), "\(answer.errors)")
    #expect(try await tenantctl("sync", "acme", "--dry-run").code == 75)
    #expect(try await tenantctl("test-connection", "acme").code != 0)
    let after = try await tenantctl.review("acme")
    #expect(after.users.map(\.distinguishedName) == before.users.map(\.distinguishedName))
    #expect(after.rows["zmueller"]?.userName == "zoe")
    #expect(after.lastFailure?.message.contains(words) == true)
    #expect(try await show() == user)
    #expect(try await tenantctl.done("history", "acme").contains("incomplete"))
  }

  @Test("T2: a first file that says nothing makes no empty snapshot")
  func noSnapshot() async throws {
    try await tenant(Array("dn: CN=a,DC=acme\nsAMAccountName: a\n\n".utf8), "ldif")
    let answer = try await tenantctl("sync", "acme")
    #expect(answer.code == 75)
    #expect(answer.errors.contains("objectClass and objectCategory"))
    #expect(try await tenantctl("review", "acme").code == 75)
  }

  /// A row with another GUID.
  private static let otherRow = row().replacing("0e0f", with: "0e00")

  private static let readable: [(String, [UInt8])] = [
    ("csv", utf16("\u{FEFF}" + good)), ("csv", utf16(good)), ("csv", Array(good.utf8) + [0x1A]),
    ("csv", Array(("\u{FEFF}" + good + "\u{FEFF}" + good).utf8)),
    (
      "csv",
      Array(("sep=;\r\n" + good.replacing(",", with: ";").replacing("z;DC", with: "z,DC")).utf8)
    ),
    ("csv", Array(good.replacing(",", with: "\t").replacing("z\tDC", with: "z,DC").utf8)),
    (
      "csv",
      Array(
        "\(header),EmailAddress,ObjectClass\n\(row()),z@acme.example,user\n\(otherRow),,computer\n"
          .utf8)
    ),
    ("ldif", utf16(entry)),
    (
      "ldif", Array((entry + "# record 2\n" + entry + "# returned 2 records\n# 2 entries\n").utf8)
    ),
    (
      "ldif",
      Array(
        (entry
          + "dn: CN=g\nchangetype: add\nobjectClass: group\n\ndn: CN=g\nchangetype: modify\nadd: member\nmember: CN=a\n-\n\n")
          .utf8)
    ),
    (
      "ldif",
      Array(
        entry.replacing(
          "userAccountControl: 512",
          with: "userAccountControl: 512\nmail;lang-en: other@x\njpegPhoto:< file:///etc/passwd"
        ).utf8)
    ),
  ]

  @Test(
    "a file that can be read with certainty is, whoever wrote it",
    arguments: readable)
  func read(format: String, bytes: [UInt8]) async throws {
    try await tenant(bytes, format)
    try await tenantctl.done("sync", "acme")
    let review = try await tenantctl.review("acme")
    #expect(review.rows.values.map(\.userName) == Array(repeating: "zoe", count: review.rows.count))
    #expect(try await show().contains("z@acme.example"))
    #expect(try await tenantctl("sync", "acme", "--check").code == 0)
  }

  @Test("S7: what the file spoiled is not written, is named, and a second run changes nothing")
  func spoiled() async throws {
    try await tenant(Array(Self.good.utf8))
    try await tenantctl.done("sync", "acme")
    let user = try await show()
    #expect(user.contains("Müller") && user.contains("007"))
    let spoiled = "\(Self.header)\r\n\(Self.row(last: "M?ller", employeeID: "7"))\r\n"
    try write(Array(spoiled.utf8), to: "directory.csv")
    for _ in 1...2 {
      #expect(try await tenantctl("sync", "acme", "--check").code == 0)
      try await tenantctl.done("sync", "acme")
      #expect(try await show() == user)
      let review = try await tenantctl.review("acme")
      #expect(review.findings.map(\.code) == ["unknown-flags", "conflict", "conflict"])
      #expect(review.findings.map(\.subject) == ["ACME", "zoe", "zoe"])
    }
    let history = try await tenantctl.done("history", "acme")
    #expect(history.contains("lastName 'M?ller' of the file was not written, 'Müller' stays"))
    #expect(history.contains("employeeId '7' of the file was not written, '007' stays"))
    try write(Array("\(Self.header)\n\(Self.row(last: "Meyer"))\n".utf8), to: "directory.csv")
    try await tenantctl.done("sync", "acme")
    #expect(try await show().contains("Meyer"))
    #expect(try await tenantctl.review("acme").findings.map(\.code) == ["unknown-flags"])
  }

  @Test("a users file that cannot be read with certainty is 78, and nothing is imported")
  func usersFiles() async throws {
    try await tenant(Array(Self.good.utf8))
    try await tenantctl.done("sync", "acme")
    let user = try await show()
    let cases: [([UInt8], String)] = [
      (Self.latin1("userName,lastName\nzoe,Müller\n"), "bad.csv:2: the file is neither UTF-8"),
      (Array("userName;email,lastName\n".utf8), "bad.csv:1: the column names are separated by"),
      (
        Array("userName,email,EMAIL\nzoe,a@x,b@x\n".utf8),
        "bad.csv:2: the columns 'email' and 'EMAIL'"
      ),
    ]
    for (bytes, words) in cases {
      try write(bytes, to: "bad.csv")
      let answer = try await tenantctl(
        "users", "import", "acme", tenantctl.folder.path("tenants/bad.csv"))
      #expect(answer.code == 78)
      #expect(answer.errors.contains(words), "\(answer.errors)")
      #expect(try await show() == user)
    }
  }

  @Test("a users file that a run reads: any delimiter, and 78 where it is not certain")
  func usersSource() async throws {
    try await tenant(
      Array(Self.good.utf8), users: "users: { source: csv, file: users.csv }")
    try write(
      Self.utf16("sep=;\r\nuserName;windowsLogin\r\nzoe;ACME\\zmueller\r\n"), to: "users.csv")
    try await tenantctl.done("sync", "acme")
    #expect(try await tenantctl.review("acme").rows["zmueller"]?.userName == "zoe")
    try write(Self.latin1("userName;lastName\nzoe;Müller\n"), to: "users.csv")
    let answer = try await tenantctl("sync", "acme")
    #expect(answer.code == 78)
    #expect(answer.errors.contains("users.csv:2: the file is neither UTF-8 nor UTF-16"))
    #expect(try await tenantctl.done("history", "acme").contains("users.csv:2"))
  }

  private func show() async throws -> String {
    try await tenantctl.done("users", "show", "acme", "zoe")
  }
}
