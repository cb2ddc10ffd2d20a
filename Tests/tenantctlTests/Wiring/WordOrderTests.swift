import ArgumentParser
import Testing

@testable import tenantctl

@Suite("Words of the command line")
struct WordOrderTests {
  @Test(
    "Global options may stand before or after a command's own words",
    arguments: [
      ["--tenants", "X", "--quiet", "sync", "acme"],
      ["sync", "--tenants", "X", "acme", "--quiet"],
      ["--quiet", "sync", "acme", "--tenants=X"],
      ["--tenants=X", "sync", "--quiet", "acme"],
    ])
  func bothPlaces(words: [String]) throws {
    let sync = try #require(parse(words) as? Sync)
    #expect(sync.global.tenantsFolder == "X")
    #expect(sync.global.quiet)
    #expect(sync.selection.tenants == ["acme"])
  }

  @Test("They may stand before a command of a group, too")
  func groups() throws {
    let list = try #require(parse(["--state", "S", "users", "list", "acme"]) as? UsersList)
    #expect(list.global.stateFolder == "S")
    #expect(list.tenant == "acme")
  }

  @Test("review --state is a row's state; a folder of stores has a slash or stands before")
  func reviewState() throws {
    let words = ["--state", "here", "review", "acme", "--state", "linked", "--state=contested"]
    let review = try #require(parse(words) as? Review)
    #expect(review.state == ["linked", "contested"])
    #expect(review.global.stateFolder == "here")
    let folder = try #require(parse(["review", "acme", "--state", "./here"]) as? Review)
    #expect(folder.state == [])
    #expect(folder.global.stateFolder == "./here")
  }

  @Test(
    "What cannot be meant is a usage error (64)",
    arguments: [
      ["sync"], ["sync", "acme", "--all"], ["sync", "acme", "--jobs", "0"],
      ["sync", "acme", "--jobs", "65"], ["nonsense"], ["review", "acme", "--nonsense"],
      ["review", "acme", "--state", "nonsense"], ["review", "acme", "--filter", "some"],
      ["review", "acme", "--limit", "-1"], ["review", "acme", "--enabled", "--disabled"],
      ["unlink", "acme"], ["link", "acme", "jdoe"], ["users", "edit", "acme", "jdoe"],
      ["sync", "acme", "--log-level", "loud"], ["history", "acme", "--limit", "x"],
    ])
  func usage(words: [String]) throws {
    let error = #expect(throws: (any Error).self) { try parse(words) }
    #expect(TenantCtl.exitCode(for: try #require(error)).rawValue == 64)
  }

  @Test(
    "JSON is asked for even in words that cannot be parsed",
    arguments: [
      (["review", "acme", "--output", "json"], true), (["review", "--output=json", "--x"], true),
      (["review", "acme", "--output", "table"], false), (["export", "--output", "x.json"], false),
    ])
  func wantsJSON(words: [String], expected: Bool) {
    #expect(WordOrder.wantsJSON(words) == expected)
  }

  @discardableResult
  private func parse(_ words: [String]) throws -> any ParsableCommand {
    try TenantCtl.parseAsRoot(WordOrder.commandFirst(words))
  }
}
