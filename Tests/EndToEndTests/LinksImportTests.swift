import Foundation
import Harness
import Testing

@Suite("Links from a spreadsheet", .timeLimit(.minutes(10)))
struct LinksImportTests {
  /// Eight persons, of whom the first three are linked.
  private func installation() async throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    try tenantctl.addTenant("acme", ldif: people(1...8))
    let users = (1...3).map { "user\($0),ACME\\user\($0)\n" }.joined()
    let others = (1...4).map { "spare\($0),\n" }.joined()
    try tenantctl.folder.write("userName,windowsLogin\n\(users)\(others)", to: "users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
    try await tenantctl.done("sync", "acme")
    return tenantctl
  }

  private func people(_ numbers: ClosedRange<Int>) -> String {
    numbers.map { LDIF.person("user\($0)", number: $0) }.joined()
  }

  private func importLinks(
    _ tenantctl: RunTenantctl, _ sheet: String, _ words: String...
  ) async throws -> RunTenantctl.Answer {
    try tenantctl.folder.write(sheet, to: "links.csv")
    return try await tenantctl.run(
      ["links", "import", "acme", tenantctl.folder.path("links.csv")] + words)
  }

  /// Whom each login is linked to.
  private func links(_ tenantctl: RunTenantctl) async throws -> [String: String] {
    let users = try await tenantctl.review("acme").users
    return Dictionary(
      users.compactMap { row in row.userName.map { (row.activeDirectoryLogin ?? "", $0) } }
    ) { first, _ in first }
  }

  @Test("U1 to U5: links, unlinks and relinks of one file; the dry run says what the run does")
  func mixed() async throws {
    let tenantctl = try await installation()
    try await tenantctl.done("unlink", "acme", "user3")
    let sheet = """
      activeDirectoryLogin,action,userName,reason
      acme\\USER4,Link,Spare1,ticket 1
      user1,unlink,,left
      user2,unlink,user2,=left
      user3,relink,,
      user5,,spare2,
      user6,link,user1,the same person

      """
    let before = try tenantctl.stateContents()
    let dry = try await importLinks(tenantctl, sheet, "--dry-run")
    #expect(dry.code == 0, "\(dry.errors)")
    #expect(try tenantctl.stateContents() == before)
    let done = try await importLinks(tenantctl, sheet)
    #expect(done.code == 0, "\(done.errors)")
    #expect(dry.output.replacing("would be done: ", with: "") == done.output)
    #expect(
      done.lines.filter { $0.contains(" is linked to ") || $0.contains("unlinked") }.map {
        $0.replacing(#/ \([^)]*\)/#, with: "")
      } == [
        "ACME\\user4 is linked to 'spare1' by hand", "ACME\\user1 is unlinked from 'user1'",
        "ACME\\user2 is unlinked from 'user2'", "ACME\\user3 is linked to 'user3' by hand",
        "ACME\\user6 is linked to 'user1' by hand",
        "for all 2 that are unlinked: values stay, the Windows logins may be edited, no pair is "
          + "linked again until somebody allows it, and the users are held: no run links one to "
          + "anybody until its Windows login or another value that is compared is changed",
        "acme: 2 linked, 2 unlinked, 1 relinked; 1 lines without an action",
      ])
    let expected = ["user3": "user3", "user4": "spare1", "user6": "user1"]
    #expect(try await links(tenantctl) == expected)
    let history = try await tenantctl.done("history", "acme")
    for word in ["ticket 1", "left", "=left", "the same person"] {
      #expect(history.contains(word), "\(word)")
    }
    try await tenantctl.done("sync", "acme")
    #expect(try await links(tenantctl) == expected)
  }

  @Test("one wrong line rejects the file, and every wrong line is named")
  func wrongLines() async throws {
    let tenantctl = try await installation()
    let before = try await links(tenantctl)
    let answer = try await importLinks(
      tenantctl,
      """
      activeDirectoryLogin,objectGUID,action,userName,reason
      user4,,link,spare1,
      user5,,link,spare1,
      user1,,link,spare2,
      user4,,link,spare3,
      user6,,connect,spare2,
      user6,,link,,
      ,,unlink,,
      ,123,unlink,,
      nobody,,unlink,,
      user2,,unlink,user3,
      user2,,relink,,
      user7,,,,why
      user7,,link,nobody,
      user3,,unlink,,
      user3,,link,user3,

      """)
    #expect(answer.code == 78 && answer.output == "")
    let path = tenantctl.folder.path("links.csv")
    let lines = answer.errors.split(separator: "\n").map {
      $0.replacing("tenantctl: ", with: "").replacing("\(path):", with: "")
    }
    #expect(
      lines == [
        "3: the user 'spare1' is to be linked to ACME\\user4 already (line 2)",
        "4: ACME\\user1 is linked to 'user1'; unlink that first",
        "5: ACME\\user4 is to be linked to 'spare1' already (line 2)",
        "6: unknown action 'connect'; known are link, unlink, relink",
        "7: 'link' needs a userName, to link to", "8: the line names nobody",
        "9: '123' is no objectGUID",
        "10: there is no directory user 'nobody' in the snapshot",
        "11: ACME\\user2 is linked to 'user2', not to 'user3'",
        "12: ACME\\user2 has no released pair", "13: there is a reason, but no action",
        "14: there is no user 'nobody'",
        "16: ACME\\user3 is to be unlinked from 'user3' at the same time (line 15)",
      ])
    #expect(try await links(tenantctl) == before)
    for sheet in ["", "activeDirectoryLogin\nuser4\n", "action\nlink\n", "a,b\n1,2\n"] {
      let answer = try await importLinks(tenantctl, sheet)
      #expect(answer.code == 78 && answer.errors.contains("links.csv:1: "), "\(sheet)")
    }
  }

  @Test("an export goes out, comes back with actions, in Excel's encodings")
  func roundTrip() async throws {
    let tenantctl = try await installation()
    let out = try await tenantctl.done(
      "export", "acme", "--columns", "activeDirectoryLogin,status,objectGUID,userName,decision")
    let lines = out.split(whereSeparator: \.isNewline).map {
      $0.contains("user1,") ? "\($0),unlink" : $0.contains("user8,") ? "\($0),link" : "\($0),"
    }
    var sheet = lines.joined(separator: "\n").replacing("\n", with: "\r\n")
    sheet.replace("decision,", with: "decision,action")
    let user8 = try #require(sheet.firstMatch(of: /user8,Not Matched,([-0-9a-f]+),,,link/))
    sheet.replace(user8.0, with: "user8,Not Matched,\(user8.1),user1,,link")
    let data = try #require(
      sheet.replacing(",", with: "\t").data(using: .utf16LittleEndian))
    try (Data([0xFF, 0xFE]) + data).write(to: URL(filePath: tenantctl.folder.path("links.csv")))
    let done = try await tenantctl(
      "links", "import", "acme", tenantctl.folder.path("links.csv"))
    #expect(done.code == 0, "\(done.errors)")
    #expect(done.output.hasSuffix("1 linked, 1 unlinked, 0 relinked; 6 lines without an action\n"))
    #expect(try await links(tenantctl)["user8"] == "user1")
    let again = try await importLinks(tenantctl, "activeDirectoryLogin;action\nuser2;unlink\n")
    #expect(again.output.contains("ACME\\user2 is unlinked from 'user2': values stay"))
    let broken = try await importLinks(tenantctl, "activeDirectoryLogin,action\n\"user3,unlink\n")
    #expect(broken.code == 78 && broken.errors.contains("links.csv:2: "))
  }

  @Test("S5: links whose AD user is gone are unlinked by GUID, login or user, and restored")
  func vanished() async throws {
    let tenantctl = try await installation()
    let guid = try #require(
      try await tenantctl.done("export", "acme", "--columns", "objectGUID,activeDirectoryLogin")
        .firstMatch(of: /([-0-9a-f]+),user1/)?.1)
    try tenantctl.folder.write(people(4...8), to: "tenants/acme.ldif")
    try await tenantctl.done("sync", "acme", "--allow-large-change")
    let ends = """
      objectGUID,activeDirectoryLogin,userName,action
      \(guid),,,unlink
      ,user2,,unlink
      ,,user3,unlink

      """
    let done = try await importLinks(tenantctl, ends)
    #expect(
      done.output.hasSuffix("acme: 0 linked, 3 unlinked, 0 relinked; 0 lines without an action\n"),
      "\(done.errors)")
    let back = try await importLinks(tenantctl, ends.replacing("unlink", with: "relink"))
    #expect(
      back.output.hasSuffix("acme: 0 linked, 0 unlinked, 3 relinked; 0 lines without an action\n"),
      "\(back.errors)")
    #expect(try await tenantctl.review("acme").vanished.count == 3)
  }

  @Test("U3: the last request is undone, all of it or nothing, and undone twice it is as it was")
  func undo() async throws {
    let tenantctl = try await installation()
    let nothing = try await tenantctl("links", "undo", "acme")
    #expect(nothing.code == 66 && nothing.errors.contains("has changed no link by hand"))
    try await tenantctl.done("link", "acme", "user5", "spare1")
    let before = try await links(tenantctl)
    let sheet = "activeDirectoryLogin,action,userName\nuser2,unlink,\nuser4,link,user2\n"
    #expect(try await importLinks(tenantctl, sheet).code == 0)
    let after = try await links(tenantctl)
    #expect(after["user4"] == "user2" && after["user2"] == nil)
    let dry = try await tenantctl.done("links", "undo", "acme", "--dry-run")
    #expect(dry.contains("would be done: ACME\\user4 is unlinked from 'user2'"))
    #expect(try await links(tenantctl) == after)
    try await tenantctl.done("links", "undo", "acme")
    #expect(try await links(tenantctl) == before)
    try await tenantctl.done("links", "undo", "acme")
    #expect(try await links(tenantctl) == after)
  }

  @Test("A1: nobody without both permissions imports links")
  func permission() async throws {
    let tenantctl = try await installation()
    let text = try tenantctl.read("tenants/acme.yaml")
    try tenantctl.folder.write(
      text.replacing(", Administer Active Directory Authentication", with: ""),
      to: "tenants/acme.yaml")
    let answer = try await importLinks(tenantctl, "activeDirectoryLogin,action\nuser1,unlink\n")
    #expect(answer.code == 77)
  }
}
