import Foundation
import Testing

/// Links by hand, and directories that change between runs.
@Suite("Links through their life")
struct ByHandTests {
  /// Changes the example's export between two runs.
  private func edit(_ installation: Installation, _ change: (inout String) -> Void) throws {
    var text = try installation.read("tenants/directory/acme.ldif")
    change(&text)
    try installation.write(text, to: "tenants/directory/acme.ldif")
  }

  /// Takes an entry out of the export: from its `dn:` to the empty line.
  private func remove(_ login: String, from text: inout String) {
    text = text.components(separatedBy: "\n\n")
      .filter { !$0.contains("sAMAccountName: \(login)\n") }.joined(separator: "\n\n")
  }

  @Test("an unlink lasts over runs, relink undoes it (U1, U2, U3, U5)")
  func unlink() throws {
    let installation = try ExampleTests.synced()
    let said = try installation.done("unlink", "acme", "bdavis", "--reason", "left")
    #expect(said.contains("'bdavis'"))
    #expect(try installation.review("acme").rows["bdavis"]?.state == "released")
    try installation.done("sync", "acme")
    let row = try installation.review("acme").rows["bdavis"]
    #expect(row?.state == "released")
    #expect(row?.code == "released-by")
    #expect(try installation.done("users", "show", "acme", "bdavis").contains("editable"))
    try installation.done("users", "edit", "acme", "bdavis", "--windows-login", "ACME\\beth")
    try installation.done("relink", "acme", "--user", "bdavis")
    #expect(try installation.review("acme").rows["bdavis"]?.state == "linked")
    #expect(
      try installation.done("users", "show", "acme", "bdavis").contains("ACME\\bdavis (locked"))
    #expect(
      try installation.run("users", "edit", "acme", "bdavis", "--windows-login", "X").code == 66)
    let history = try installation.done("history", "acme", "--login", "bdavis")
    for word in ["linked", "unlinked", "relinked", "left"] { #expect(history.contains(word)) }
  }

  @Test("a link by hand names the holder where either is taken (U4)")
  func link() throws {
    let installation = try ExampleTests.synced()
    let taken = try installation.run("link", "acme", "ivolkov", "jsmith")
    #expect(taken.code == 66)
    #expect(taken.errors.contains("ACME\\jsmith"))
    #expect(try installation.run("link", "acme", "jsmith", "fox").code == 66)
    #expect(try installation.run("link", "acme", "ivolkov", "nobody").code == 66)
    let preview = try installation.done("link", "acme", "ivolkov", "fox", "--dry-run")
    #expect(preview.contains("would be done"))
    #expect(try installation.review("acme").rows["ivolkov"]?.state == "unmatched")
    try installation.done("link", "acme", "ivolkov", "fox")
    let row = try installation.review("acme").rows["ivolkov"]
    #expect(row?.userName == "fox")
    #expect(row?.code == "manual")
  }

  @Test("a link that the matchers no longer support is stale, and stays (M7)")
  func stale() throws {
    let installation = try ExampleTests.synced()
    try installation.write(
      "userName,windowsLogin\nlate,ACME\\ivolkov\n", to: "late.csv")
    try installation.done("users", "import", "acme", installation.folder.path + "/late.csv")
    // The login is another user's already, so the linked one cannot take it (S4).
    let said = try installation.done("link", "acme", "ivolkov", "fox")
    #expect(said.contains("is held by 'late'"))
    try installation.done("sync", "acme")
    let row = try installation.review("acme").rows["ivolkov"]
    #expect(row?.status == "Matched")
    #expect(row?.state == "linked-stale")
    #expect(row?.userName == "fox")
  }

  @Test("a rename is followed by link, Windows login and names (S1, S2, M7)")
  func rename() throws {
    let installation = try ExampleTests.synced()
    try edit(installation) {
      $0 = $0.replacingOccurrences(of: "sAMAccountName: bdavis", with: "sAMAccountName: bmiller")
        .replacingOccurrences(of: "sn: Davis", with: "sn: Miller")
    }
    try installation.done("sync", "acme")
    let review = try installation.review("acme")
    #expect(review.rows["bdavis"] == nil)
    #expect(review.rows["bmiller"]?.userName == "bdavis")
    #expect(review.findings.contains { $0.code == "renamed" })
    let user = try installation.done("users", "show", "acme", "bdavis")
    #expect(user.contains("ACME\\bmiller (locked"))
    #expect(user.contains("Miller"))
  }

  @Test("a deleted account leaves its user alone; a re-created one waits for link (S5, M15, U4)")
  func recreated() throws {
    let installation = try ExampleTests.synced()
    let before = try installation.done("users", "show", "acme", "twilson")
    try edit(installation) { remove("twilson", from: &$0) }
    try installation.done("sync", "acme")
    #expect(try installation.review("acme").vanished["twilson"] == "source-deleted")
    #expect(try installation.done("users", "show", "acme", "twilson") == before)

    let original = try String(
      contentsOf: Installation.repository.appending(path: "tenants/directory/acme.ldif"),
      encoding: .utf8)
    let entry = try #require(
      original.components(separatedBy: "\n\n").first { $0.contains("sAMAccountName: twilson\n") })
    let anew = entry.split(separator: "\n").map {
      $0.hasPrefix("objectGUID::") ? "objectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==" : String($0)
    }.joined(separator: "\n")
    try edit(installation) {
      $0 = $0.replacingOccurrences(of: "# search result", with: anew + "\n\n# search result")
    }
    try installation.done("sync", "acme")
    let row = try installation.review("acme").rows["twilson"]
    #expect(row?.state == "contested")
    #expect(row?.code == "recreated-account")
    #expect(try installation.done("link", "acme", "twilson", "twilson").contains("replaces"))
    try installation.done("sync", "acme")
    #expect(try installation.review("acme").rows["twilson"]?.userName == "twilson")
  }

  @Test("while the latest run failed, links without a row are unseen (S5, T2, R3)")
  func unseen() throws {
    let installation = try ExampleTests.synced()
    try edit(installation) { remove("twilson", from: &$0) }
    try installation.done("sync", "acme")
    try edit(installation) { $0 = String($0.dropLast(400)) + "\nbroken" }
    let failed = try installation.run("sync", "acme")
    #expect(failed.code == 75)
    #expect(failed.errors.contains("acme.ldif:"))
    let review = try installation.review("acme")
    #expect(review.vanished["twilson"] == "source-unseen")
    #expect(review.lastFailure != nil)
    #expect(review.rows.count == 50)
    #expect(try installation.done("review", "acme").contains("last run failed: "))
  }
}
