import ActiveDirectory
import Authorization
import Foundation
import Logging
import TenantCore
import Testing

@Suite("A directory file that is missing or stops early is an incomplete run (T2)")
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
    #expect(message == "25: the export is incomplete: the search ended with result \(result)")
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

  @Test(
    "what is not LDIF is named by its line",
    arguments: [
      ("dn: CN=a\n", "nonsense\n", 4, "name: value"),
      ("dn: CN=a\n", "mail:: ***\n", 4, "not base64"),
      ("dn: CN=a\n", "jpegPhoto:< file:///etc/passwd\n", 4, "by URL"),
      ("dn: CN=a\n", "changetype: modify\n", 4, "changetype: add"),
      ("dn: CN=a\n", "dn: CN=b\n", 4, "an empty line is missing"),
      ("dn: CN=a\n", "mail;Range=0-1499: x\n", 4, "in ranges"),
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
