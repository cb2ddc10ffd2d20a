import Administration
import ActiveDirectory
import Authorization
import Foundation
import Logging
import TenantCore
import Testing

@Suite(
  "A directory file that is missing or stops early is an incomplete run (T2)",
  .timeLimit(.minutes(5)))
struct FilesIncompleteTests {
  private let jane = FilesLDIFTests.jane

  private func export(_ trailer: String) -> String {
    "# extended LDIF\n#\n# LDAPv3\n# filter: (objectClass=user)\n#\n\n\(jane)\n\(trailer)"
  }

  private let success =
    "# search reference\nref: ldap://ForestDnsZones.acme.example/DC=ForestDnsZones\n\n"
    + "# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 3\n# numEntries: 1\n"

  @Test("ldapsearch's own lines around the entries are no entries")
  func searchLines() async throws {
    #expect(try await Export.read(export(success), .ldif).rows.count == 1)
  }

  @Test(
    "a result other than 0 says so",
    arguments: ["4 Size limit exceeded", "3 Time limit exceeded", "10 Referral", "51 Server busy"])
  func badResult(result: String) async throws {
    let message = await Export.failure(
      of: export("search: 2\nresult: \(result)\n"), .ldif)
    #expect(message == "26: the export is incomplete: the search ended with result \(result)")
  }

  @Test("every export by ldapsearch that was cut before its result is refused")
  func cut() async throws {
    let text = export(success)
    let end = try #require(text.range(of: "result: 0"))
    let whole = Array(text[..<end.upperBound].utf8)
    for length in stride(from: 20, to: whole.count, by: 7) {
      await #expect(throws: DirectoryError.self) {
        try await Export.read(Array(whole.prefix(length)), .ldif)
      }
    }
    #expect(try await Export.read(whole, .ldif).rows.count == 1)
  }

  @Test("a paged export must end with the page after which the server has no more")
  func pages() async throws {
    let page = "search: 2\nresult: 0 Success\ncontrol: 1.2.840.113556.1.4.319 false MAUCAQAEAA==\n"
    #expect(
      try await Export.read(
        export(
          page + "pagedresults: cookie=AbC=\n\n" + jane + "\n" + page
            + "pagedresults: cookie=\n"), .ldif
      ).rows.count == 2)
    let message = await Export.failure(of: export(page + "pagedresults: cookie=AbC=\n"), .ldif)
    #expect(message?.contains("a page that others follow") == true)
  }

  @Test("pages as ldapsearch writes them count together, each starting again")
  func realPages() async throws {
    let head =
      "# extended LDIF\n#\n# LDAPv3\n# requesting: ALL \n# with pagedResults control: size=1\n#\n\n"
    func page(_ cookie: String) -> String {
      head + "# Jane Doe, Staff, acme.example\n" + jane + "# search result\nsearch: 2\n"
        + "result: 0 Success\ncontrol: 1.2.840.113556.1.4.319 false MAcCAQoEAjEA\n"
        + "pagedresults: estimate=10 cookie=\(cookie)\n"
    }
    let whole = page("MQA=") + page("MQA=") + page("") + "\n# numResponses: 6\n# numEntries: 3\n"
    #expect(try await Export.read(whole, .ldif).rows.count == 3)
    let early = page("MQA=") + page("MQA=")
    #expect(await Export.failure(of: early, .ldif)?.contains("a page that others follow") == true)
    let cut = page("MQA=") + head + jane
    #expect(await Export.failure(of: cut, .ldif)?.contains("stops before the line") == true)
    let fewer = page("MQA=") + page("") + "\n# numResponses: 6\n# numEntries: 3\n"
    #expect(await Export.failure(of: fewer, .ldif)?.contains("6 responses") == true)
  }

  @Test(
    "an export that says it has more than there is, or does not come to its own end, is incomplete",
    arguments: [
      ("# numEntries: 2\n", "it says that it has 2 entries, and the file holds 1"),
      ("# numResponses: 3\n", "3 responses"), ("# numReferences: 1\n", "1 references"),
      ("# returned 2 records\n", "2 records"), ("# record 2\n", "before the comment 'returned"),
      ("#\n# LDAPv3\n#\n", "before the comment 'search result'"),
      ("# extended LDIF\n#\n# LDAPv3\n", "before the line 'result: 0 Success'"),
      ("# pagedresults: cookie=MQA=\n", "a page that others follow"),
    ])
  func saysMore(comment: String, words: String) async throws {
    let message = await Export.failure(of: jane + comment, .ldif)
    #expect(message?.contains(words) == true, "\(message ?? "")")
  }

  @Test(
    "what is whole by its own words is read, and so is a comment that only looks like them",
    arguments: [
      "# numResponses: 2\n# numEntries: 1\n", "# record 1\n# returned 1 records\n# 1 entries\n",
      "# LDAPv3\n# search result\n\n# numEntries: 1\n", "# 40 entries\n", "# numEntries: many\n",
      "# record player\n", "# returned 5 records, Staff, acme.example\n",
      "# pagedresults: cookie=\n",
    ])
  func whole(comment: String) async throws {
    #expect(try await Export.read(jane + comment, .ldif).rows.count == 1)
  }

  @Test("two exports that were joined are whole if each of them is")
  func joined() async throws {
    let one = export(success)
    #expect(try await Export.read(one + "\u{FEFF}" + one, .ldif).rows.count == 2)
    let cut = String(one.prefix(one.count - 60))
    #expect(await Export.failure(of: cut + "\n\n" + one, .ldif) != nil)
    let numbered = "# record 1\n" + jane
    let message = await Export.failure(of: numbered + numbered + "# returned 1 records\n", .ldif)
    #expect(message?.contains("another export begins here") == true)
  }

  @Test("cut off anywhere, an export is refused, or cut exactly behind a record (T2)")
  func cutAnywhere() async throws {
    let bob = jane.replacing("jdoe", with: "bob")
    let guid = FilesLDIFTests.guid
    let header = "sAMAccountName,objectGUID,mail\r\n"
    let rows = ["jdoe,\(guid),j@x\r\n", "bob,\(guid),\"b\"\"@x\"\r\n"]
    for (whole, format, borders) in [
      (jane + bob, Export.Format.ldif, [jane.count, (jane + bob).count]),
      (
        header + rows.joined(), .csv,
        [0, rows[0].utf8.count, rows.joined().utf8.count].map { $0 + header.utf8.count }
      ),
    ] {
      let bytes = Array(whole.utf8)
      for length in 1...bytes.count {
        let answer = try? await Export.read(Array(bytes.prefix(length)), format)
        #expect((answer != nil) == borders.contains(length), "\(format), \(length) bytes")
      }
    }
  }

  @Test("a search that found nobody is no export of a directory")
  func nobody() async throws {
    let text =
      "# extended LDIF\n#\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 1\n"
    #expect(await Export.failure(of: text, .ldif)?.contains("no entry") == true)
  }

  @Test(
    "a file in another encoding is refused as a whole, with the setting that exports it right",
    arguments: [(Export.Format.ldif, "ldifde -u"), (.csv, "Export-Csv -Encoding UTF8")])
  func foreignEncoding(format: Export.Format, remedy: String) async throws {
    let text =
      format == .ldif ? jane : "sAMAccountName,objectGUID,sn\njdoe,\(FilesLDIFTests.guid),Doe\n"
    let bytes = Array(text.utf8) + Array("# M".utf8) + [0xFC] + Array("ller\n".utf8)
    let error = await #expect(throws: DirectoryError.self) { try await Export.read(bytes, format) }
    #expect(error?.code == .incomplete)
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
    #expect(error?.message.contains(":\(line): the file is neither UTF-8 nor UTF-16") == true)
    #expect(error?.message.contains("Windows-1252 (ANSI)") == true)
    #expect(error?.message.contains(remedy) == true)
  }

  @Test(
    "what is not LDIF is named by its line",
    arguments: [
      ("dn: CN=a\n", "nonsense\n", 4, "name: value"),
      ("dn: CN=a\n", "mail:: ***\n", 4, "not base64"),
      ("dn: CN=a\n", "mail:< file:///etc/passwd\n", 4, "by URL"),
      ("dn: CN=a\n", "changetype: replace\n", 4, "changetype: add"),
      ("dn: CN=a\n", "dn: CN=b\n", 4, "an empty line is missing"),
      ("dn: CN=a\n", "mail;Range=0-1499: x\n", 4, "in ranges"),
      ("dn: CN=a\n", "-\n", 4, "name: value"),
      ("dn: CN=a\n", "sn: x\n", 3, "ends within the entry"),
      ("cn: a\n", "", 3, "begins with 'dn:'"),
      (": x\n", "", 3, "name: value"),
    ])
  func malformed(first: String, second: String, line: Int, words: String) async throws {
    let message = try #require(
      await Export.failure(of: "version: 1\n\n" + first + second, .ldif))
    #expect(message.hasPrefix("\(line): "))
    #expect(message.contains(words))
  }

  @Test(
    "an empty file is no export", arguments: ["", "\n\n", "# only a comment\n", "version: 1\n"])
  func empty(text: String) async throws {
    #expect(await Export.failure(of: text, .ldif)?.contains("no entry") == true)
  }

  @Test("half a UTF-16 character is refused")
  func oddUTF16() async throws {
    await #expect(throws: DirectoryError.self) {
      try await Export.read(Export.utf16(jane) + [0], .ldif)
    }
  }

  @Test(
    "a missing file, a folder and a device are told apart", arguments: [Export.Format.ldif, .csv])
  func notAFile(format: Export.Format) async throws {
    func message(_ path: String) async -> String? {
      await #expect(throws: DirectoryError.self) { try await Export.read(path: path, format) }?
        .message
    }
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
    let missing = folder + "no-such-export-\(UUID().uuidString)"
    #expect(await message(missing)?.hasPrefix("\(missing): there is no such file") == true)
    #expect(await message(folder)?.contains("not a file") == true)
    #expect(await message("/dev/zero")?.contains("not a file") == true)
  }

  @Test("test-connection counts the users of a file or says what is wrong with it")
  func connection() async throws {
    func steps(_ text: String) async throws -> [ConnectionStep] {
      try await Export.withFile(Array(text.utf8)) { path in
        await ActiveDirectoryReader(logger: Logger(label: "test")).testConnection(
          of: 0, permit: try Export.permit(for: Export.directory(path, .ldif)))
      }
    }
    let good = try await steps(jane)
    #expect(good.map(\.name) == [.read])
    #expect(good.map(\.succeeded) == [true])
    #expect(good.first?.message == "1 user")
    let noted = try await steps(jane + "dn: CN=b\ncn: b\n\n")
    #expect(noted.map(\.succeeded) == [true])
    #expect(noted.first?.message.hasPrefix("1 user; 1 findings: /") == true)
    #expect(try await steps("nonsense").map(\.succeeded) == [false])
  }

  @Test("a user that is absent from a file is deleted (S5)")
  func presence() async throws {
    let guid = try #require(ObjectGUID(FilesLDIFTests.guid))
    let permit = try Export.permit(for: Export.directory("/nowhere", .ldif))
    let presence = try await ActiveDirectoryReader(logger: Logger(label: "test")).presence(
      of: [guid, guid], in: 0, permit: permit)
    #expect(presence == [guid: .deleted])
  }

  @Test("a directory that the tenant does not have is an error of the configuration")
  func unknownDirectory() async throws {
    let permit = try Export.permit(for: Export.directory("/nowhere", .ldif))
    let reader = ActiveDirectoryReader(logger: Logger(label: "test"))
    let error = await #expect(throws: DirectoryError.self) {
      for try await _ in reader.users(of: 1, attributes: [], at: .now(), permit: permit) {}
    }
    #expect(error?.code == .configuration)
    #expect(await reader.testConnection(of: -1, permit: permit).map(\.succeeded) == [false])
  }
}
