import Foundation
import Harness
import Testing

/// Links by hand, and directories that change between runs.
@Suite("Links through their life", .timeLimit(.minutes(10)))
struct ByHandTests {
  /// Changes the example's export between two runs.
  private func edit(_ installation: RunTenantctl, _ change: (inout String) -> Void) throws {
    var text = try installation.read("tenants/directory/acme.ldif")
    change(&text)
    try installation.folder.write(text, to: "tenants/directory/acme.ldif")
  }

  /// Takes an entry out of the export, from its `dn:` to the empty line, and out of its counts.
  private func remove(_ login: String, from text: inout String) {
    text = text.components(separatedBy: "\n\n")
      .filter { !$0.contains("sAMAccountName: \(login)\n") }.joined(separator: "\n\n")
    count(-1, in: &text)
  }

  /// Corrects the counts with which ldapsearch closes an export: entries, and these with the result.
  private func count(_ entries: Int, in text: inout String) {
    for (name, count) in [("numResponses", 55), ("numEntries", 54)] {
      text = text.replacing("# \(name): \(count)", with: "# \(name): \(count + entries)")
    }
  }

  @Test("an unlink lasts over runs, relink undoes it (U1, U2, U3, U5)")
  func unlink() async throws {
    let installation = try await ExampleTests.synced()
    let said = try await installation.done("unlink", "acme", "bdavis", "--reason", "left")
    #expect(said.contains("'bdavis'"))
    #expect(try await installation.review("acme").rows["bdavis"]?.state == "released")
    try await installation.done("sync", "acme")
    let row = try await installation.review("acme").rows["bdavis"]
    #expect(row?.state == "released")
    #expect(row?.code == "released-by")
    #expect(try await installation.done("users", "show", "acme", "bdavis").contains("editable"))
    try await installation.done("users", "edit", "acme", "bdavis", "--windows-login", "ACME\\beth")
    try await installation.done("relink", "acme", "--user", "bdavis")
    #expect(try await installation.review("acme").rows["bdavis"]?.state == "linked")
    #expect(
      try await installation.done("users", "show", "acme", "bdavis").contains(
        "ACME\\bdavis (locked"))
    #expect(
      try await installation("users", "edit", "acme", "bdavis", "--windows-login", "X").code == 66)
    let history = try await installation.done("history", "acme", "--login", "bdavis")
    for word in ["linked", "unlinked", "relinked", "left"] { #expect(history.contains(word)) }
  }

  @Test("a link by hand names the holder where either is taken (U4)")
  func link() async throws {
    let installation = try await ExampleTests.synced()
    let taken = try await installation("link", "acme", "ivolkov", "jsmith")
    #expect(taken.code == 66)
    #expect(taken.errors.contains("ACME\\jsmith"))
    #expect(try await installation("link", "acme", "jsmith", "fox").code == 66)
    #expect(try await installation("link", "acme", "ivolkov", "nobody").code == 66)
    let preview = try await installation.done("link", "acme", "ivolkov", "fox", "--dry-run")
    #expect(
      preview.split(separator: "\n") == [
        "would be done: ACME\\ivolkov (Igor Volkov) is linked to 'fox' (Frank Fox) by hand",
        "would be done: firstName of 'fox' changes from 'Frank' to 'Igor'",
        "would be done: lastName of 'fox' changes from 'Fox' to 'Volkov'",
        "would be done: email of 'fox' changes from 'fox@acme.example' to 'igor.volkov@acme.example'",
        "would be done: windowsLogin of 'fox' changes from blank to 'ACME\\ivolkov'",
        "would be done: the Windows login 'ACME\\ivolkov' of 'fox' is locked",
      ])
    #expect(try await installation.review("acme").rows["ivolkov"]?.state == "unmatched")
    try await installation.done("link", "acme", "ivolkov", "fox")
    let row = try await installation.review("acme").rows["ivolkov"]
    #expect(row?.userName == "fox")
    #expect(row?.code == "manual")
  }

  @Test("a link that the matchers no longer support is stale, and stays (M7)")
  func stale() async throws {
    let installation = try await ExampleTests.synced()
    try installation.folder.write(
      "userName,windowsLogin\nlate,ACME\\ivolkov\n", to: "late.csv")
    try await installation.done("users", "import", "acme", installation.folder.path("late.csv"))
    // The login is another user's already, so the linked one cannot take it (S4).
    let said = try await installation.done("link", "acme", "ivolkov", "fox")
    #expect(said.contains("is held by 'late'"))
    try await installation.done("sync", "acme")
    let row = try await installation.review("acme").rows["ivolkov"]
    #expect(row?.status == "Matched")
    #expect(row?.state == "linked-stale")
    #expect(row?.userName == "fox")
  }

  @Test("a move to another unit is noted, and the link stays (M7)")
  func move() async throws {
    let installation = try await ExampleTests.synced()
    try edit(installation) {
      $0 = $0.replacing("CN=Beth Davis,OU=Staff", with: "CN=Beth Davis,OU=Sales")
    }
    #expect(try await installation.done("sync", "acme", "--dry-run").contains("moved: ACME"))
    try await installation.done("sync", "acme")
    let review = try await installation.review("acme")
    #expect(review.rows["bdavis"]?.state == "linked")
    #expect(review.findings.filter { $0.code == "moved" }.map(\.subject) == ["ACME\\bdavis"])
    try await installation.done("sync", "acme")
    #expect(try await !installation.review("acme").findings.contains { $0.code == "moved" })
  }

  @Test("a rename is followed by link, Windows login and names (S1, S2, M7)")
  func rename() async throws {
    let installation = try await ExampleTests.synced()
    try edit(installation) {
      $0 = $0.replacingOccurrences(of: "sAMAccountName: bdavis", with: "sAMAccountName: bmiller")
        .replacingOccurrences(of: "sn: Davis", with: "sn: Miller")
    }
    try await installation.done("sync", "acme")
    let review = try await installation.review("acme")
    #expect(review.rows["bdavis"] == nil)
    #expect(review.rows["bmiller"]?.userName == "bdavis")
    #expect(review.findings.contains { $0.code == "renamed" })
    let user = try await installation.done("users", "show", "acme", "bdavis")
    #expect(user.contains("ACME\\bmiller (locked"))
    #expect(user.contains("Miller"))
  }

  @Test("a deleted account leaves its user alone; a re-created one waits for link (S5, M15, U4)")
  func recreated() async throws {
    let installation = try await ExampleTests.synced()
    let before = try await installation.done("users", "show", "acme", "twilson")
    try edit(installation) { remove("twilson", from: &$0) }
    try await installation.done("sync", "acme")
    #expect(try await installation.review("acme").vanished["twilson"] == "source-deleted")
    #expect(try await installation.done("users", "show", "acme", "twilson") == before)

    let original = try String(
      contentsOf: RunTenantctl.repository.appending(path: "tenants/directory/acme.ldif"),
      encoding: .utf8)
    let entry = try #require(
      original.components(separatedBy: "\n\n").first { $0.contains("sAMAccountName: twilson\n") })
    let anew = entry.split(separator: "\n").map {
      $0.hasPrefix("objectGUID::") ? "objectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==" : String($0)
    }.joined(separator: "\n")
    try edit(installation) {
      $0 = $0.replacingOccurrences(of: "# search result", with: anew + "\n\n# search result")
        .replacing("# numResponses: 54", with: "# numResponses: 55")
        .replacing("# numEntries: 53", with: "# numEntries: 54")
    }
    try await installation.done("sync", "acme")
    let row = try await installation.review("acme").rows["twilson"]
    #expect(row?.state == "contested")
    #expect(row?.code == "recreated-account")
    #expect(try await installation.done("link", "acme", "twilson", "twilson").contains("replaces"))
    try await installation.done("sync", "acme")
    #expect(try await installation.review("acme").rows["twilson"]?.userName == "twilson")
  }

  @Test("while the latest run failed, vanished links are unseen (S5, T2, R3)")
  func unseen() async throws {
    let installation = try await ExampleTests.synced()
    try edit(installation) { remove("twilson", from: &$0) }
    try await installation.done("sync", "acme")
    try edit(installation) { $0 = String($0.dropLast(400)) + "\nbroken" }
    let failed = try await installation("sync", "acme")
    #expect(failed.code == 75)
    #expect(failed.errors.contains("acme.ldif:"))
    let review = try await installation.review("acme")
    #expect(review.vanished["twilson"] == "source-unseen")
    #expect(review.lastFailure != nil)
    #expect(review.users.count == 50)
    #expect(try await installation.done("review", "acme").contains("last run failed: "))
  }
}
