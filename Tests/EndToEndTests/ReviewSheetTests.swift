import Foundation
import Harness
import Testing

@Suite("Decisions from a spreadsheet, and the evidence", .timeLimit(.minutes(10)))
struct ReviewSheetTests {
  /// Five persons, of whom the first three are matched; a round is open.
  private func installation() async throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    let people = (1...5).map { LDIF.person("user\($0)", number: $0) }.joined()
    try tenantctl.addTenant("acme", ldif: people)
    let users = (1...3).map { "user\($0),ACME\\user\($0)\n" }.joined() + "spare,\n"
    try tenantctl.folder.write("userName,windowsLogin\n\(users)", to: "users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
    try await tenantctl.done("sync", "acme")
    try await tenantctl.done("reviews", "open", "acme")
    return tenantctl
  }

  private func decide(
    _ tenantctl: RunTenantctl, _ sheet: String, _ words: String...
  ) async throws -> RunTenantctl.Answer {
    try tenantctl.folder.write(sheet, to: "sheet.csv")
    return try await tenantctl.run(
      ["reviews", "decide", "acme", "--from", tenantctl.folder.path("sheet.csv")] + words)
  }

  @Test("an export goes out, comes back with decisions, and goes out with them")
  func roundTrip() async throws {
    let tenantctl = try await installation()
    let columns = "objectGUID,activeDirectoryLogin,status,decision,note,until,for,decidedBy"
    let out = try await tenantctl.done("export", "acme", "--columns", columns)
    let lines = out.components(separatedBy: "\r\n")
    #expect(
      lines[0]
        == columns.replacing("activeDirectoryLogin", with: "Active Directory Login")
        .replacing("status", with: "Status"))
    let filled = out.replacing(
      "user4,Not Matched,,,", with: "user4,Not Matched,exception,=x,2099-01-01"
    )
    .replacing("user5,Not Matched,,", with: "user5,Not Matched,confirmed,")
    #expect(filled != out)
    let dry = try await decide(tenantctl, filled, "--dry-run")
    #expect(
      dry.output
        == "would be done: 1 confirmed, 1 exception, 0 to-fix; 0 unchanged, 3 without a decision\n")
    #expect(try await tenantctl.round("acme").attention.count == 2)
    let done = try await decide(tenantctl, filled)
    #expect(
      done.output == "1 confirmed, 1 exception, 0 to-fix; 0 unchanged, 3 without a decision\n")
    #expect(try await tenantctl.round("acme").attention.isEmpty)
    let back = try await tenantctl.done("export", "acme", "--columns", columns)
    #expect(back.contains("user4,Not Matched,exception,'=x,2099-01-01,,"))
    let again = try await decide(tenantctl, back)
    #expect(
      again.output == "0 confirmed, 0 exception, 0 to-fix; 2 unchanged, 3 without a decision\n")
    let few = try await tenantctl.done(
      "export", "acme", "--columns", "objectGUID,decision,note")
    #expect(try await decide(tenantctl, few).output.contains("2 unchanged"))
  }

  @Test("one wrong line rejects the file, and every wrong line is named")
  func wrongLines() async throws {
    let tenantctl = try await installation()
    let answer = try await decide(
      tenantctl,
      """
      activeDirectoryLogin,decision,note,until,for
      user4,confirmed,,,
      user5,maybe,,,
      user1,exception,,,
      user2,exception,x,2026-02-30,
      user3,exception,x,2020-01-01,
      nobody,confirmed,,,
      USER4,to-fix,twice,,
      user1,,a note,,
      ,confirmed,,,

      """)
    #expect(answer.code == 78 && answer.output == "")
    let path = tenantctl.folder.path("sheet.csv")
    let lines = answer.errors.split(separator: "\n").map { $0.replacing("tenantctl: ", with: "") }
    #expect(
      lines == [
        "\(path):3: unknown decision 'maybe'; known are confirmed, exception, to-fix",
        "\(path):4: 'exception' needs a note",
        "\(path):5: '2026-02-30' is no day; write it as 2026-12-31",
        "\(path):6: the day '2020-01-01' is over",
        "\(path):7: there is no row of 'nobody' in the snapshot",
        "\(path):8: ACME\\user4 is in line 2 already",
        "\(path):9: there is 'note', but no decision",
        "\(path):10: the line names nobody",
      ])
    #expect(try await tenantctl.round("acme").attention.count == 2)
    for sheet in ["", "activeDirectoryLogin\nuser4\n", "decision\nconfirmed\n", "a,b\n1,2\n"] {
      #expect(try await decide(tenantctl, sheet).code == 78)
    }
  }

  @Test("review --attention is the table, narrowed (V1)")
  func attention() async throws {
    let tenantctl = try await installation()
    let text = try await tenantctl.done("review", "acme", "--attention")
    #expect(text.contains("user4") && text.contains("user5") && !text.contains("user3"))
    #expect(text.contains("shown: 2 of 5"))
    try await tenantctl.done("reviews", "decide", "acme", "user4", "--confirmed")
    let json = try await tenantctl.done("review", "acme", "--attention", "--output", "json")
    #expect(json.contains("user5") && !json.contains("user4"))
    #expect(try await tenantctl("review", "acme", "--attention", "--live").code == 64)
  }

  @Test("V6: verify accepts the evidence, and refuses it after one byte was changed")
  func evidence() async throws {
    let tenantctl = try await installation()
    let path = tenantctl.folder.path("review.zip")
    #expect(try await tenantctl("reviews", "evidence", "acme", "1", "--output", path).code == 66)
    try await tenantctl.confirmAll("acme")
    try await tenantctl.done("reviews", "sign", "acme", "--statement", "all seen")
    let written = try await tenantctl.done("reviews", "evidence", "acme", "1", "--output", path)
    let digest = try #require(try await tenantctl.round("acme", "1").review.digest)
    #expect(written.contains(digest))
    #expect(try tenantctl.folder.mode("review.zip") == 0o600)
    let said = try await tenantctl.done("reviews", "verify", path)
    #expect(said.contains("acme: review 1, signed by") && said.contains(digest))
    #expect(said.contains("it agrees with the store") && said.contains("the audit has its digest"))
    let data = try Data(contentsOf: URL(filePath: path))
    for place in [40, data.count / 2, data.count - 30] {
      var changed = data
      changed[place] ^= 1
      try changed.write(to: URL(filePath: tenantctl.folder.path("changed.zip")))
      let answer = try await tenantctl("reviews", "verify", tenantctl.folder.path("changed.zip"))
      #expect(answer.code == 78, "byte \(place)")
    }
    // The same program somewhere else, without the tenant.
    let elsewhere = try RunTenantctl()
    let alone = try await elsewhere.done("reviews", "verify", path)
    #expect(alone.contains("the file agrees with itself") && alone.contains("no store of 'acme'"))
    #expect(!FileManager.default.fileExists(atPath: elsewhere.folder.path("state")))
  }

  @Test("V6: with a key, rounds are signed with it, and who has the public half can tell")
  func key() async throws {
    let tenantctl = try await installation()
    let path = tenantctl.folder.path("review.zip")
    let key = try await tenantctl.done("reviews", "key", "acme").trimmingCharacters(in: .newlines)
    #expect(key.count == 64)
    #expect(try await tenantctl.done("reviews", "key", "acme") == key + "\n")
    #expect(try tenantctl.folder.mode("state/keys/acme") == 0o600)
    try await tenantctl.confirmAll("acme")
    try await tenantctl.done("reviews", "sign", "acme", "--statement", "all seen")
    try await tenantctl.done("reviews", "evidence", "acme", "1", "--output", path)
    let said = try await tenantctl.done("reviews", "verify", path, "--public-key", key)
    #expect(said.contains("signed with the key \(key)"))
    let other = String(repeating: "0", count: 64)
    #expect(try await tenantctl("reviews", "verify", path, "--public-key", other).code == 78)
    try tenantctl.setMode(0o640, of: "state/keys/acme")
    try await tenantctl.done("reviews", "open", "acme")
    let read = try await tenantctl("reviews", "sign", "acme", "--statement", "x")
    #expect(read.code == 74 && read.errors.contains("chmod"))
  }

  @Test("V6: other tools unpack the evidence and check its digests")
  func otherTools() async throws {
    let tenantctl = try await installation()
    let path = tenantctl.folder.path("review.zip")
    try await tenantctl.confirmAll("acme")
    try await tenantctl.done("reviews", "sign", "acme", "--statement", "all seen")
    try await tenantctl.done("reviews", "evidence", "acme", "1", "--output", path)
    let digest = try #require(try await tenantctl.round("acme", "1").review.digest)
    let script = """
      cd '\(tenantctl.folder.path("home"))' && python3 -m zipfile -e '\(path)' . \
      && sha256sum -c --quiet digests.txt && sha256sum digests.txt && cat configuration.yaml
      """
    let answer = try await tenantctl.shell(script)
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(answer.output.hasPrefix(digest))
    #expect(answer.output.contains("tenant: acme"))
  }

  @Test("V6: a store that was changed behind the program's back gives no evidence")
  func changedStore() async throws {
    let tenantctl = try await installation()
    try await tenantctl.confirmAll("acme")
    try await tenantctl.done("reviews", "sign", "acme", "--statement", "all seen")
    try await tenantctl.sql(
      "UPDATE review_decisions SET actor = 'somebody else'", tenant: "acme", isAllowed: true)
    let answer = try await tenantctl(
      "reviews", "evidence", "acme", "1", "--output", tenantctl.folder.path("x.zip"))
    #expect(answer.code == 74 && answer.errors.contains("does not agree with its digest"))
  }
}
