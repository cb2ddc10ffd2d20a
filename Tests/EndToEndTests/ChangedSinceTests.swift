import Foundation
import GRDB
import Harness
import Testing

/// `overview --output json`, as far as these tests read it.
private struct ReviewOverview: Decodable {
  struct Tenant: Decodable {
    struct Trouble: Decodable {
      var code: String
      var message: String
    }
    struct Review: Decodable {
      var review: Int
      var age: Int
    }
    var troubles: [Trouble]
    var attention: Int?
    var changedSinceReview: Int?
    var openReview: Int?
    var lastReview: Review?
  }
  var tenants: [Tenant]
}

/// `history --output json`, as far as these tests read it.
private struct ChangeList: Decodable {
  struct Change: Decodable {
    var kind: String
    var userName: String
    var activeDirectoryLogin: String?
    var run: Int?
    var comment: String?
  }
  var changes: [Change]
}

/// `review --output json`, as far as these tests read it.
private struct ReviewList: Decodable {
  struct Row: Decodable { var activeDirectoryLogin: String? }
  var users: [Row]
}

@Suite("What changed since the last time somebody looked", .timeLimit(.minutes(10)))
struct ChangedSinceTests {
  /// Five persons, of whom the first three are matched; the users are in a file.
  private func installation() async throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    let people = (1...5).map { LDIF.person("user\($0)", number: $0) }.joined()
    try tenantctl.addTenant(
      "acme", ldif: people, extra: "users: { source: csv, file: users.csv }\n")
    try writeUsers(1...3, tenantctl)
    try await tenantctl.done("sync", "acme")
    return tenantctl
  }

  private func writeUsers(_ numbers: some Sequence<Int>, _ tenantctl: RunTenantctl) throws {
    let users = numbers.map { "user\($0),ACME\\user\($0)\n" }.joined() + "spare,\n"
    try tenantctl.folder.write("userName,windowsLogin\n\(users)", to: "tenants/users.csv")
  }

  /// The user of a matched person is missing from the file, without anybody unlinking anything; or is there again.
  private func sync(users numbers: some Sequence<Int>, _ tenantctl: RunTenantctl) async throws {
    try writeUsers(numbers, tenantctl)
    try await tenantctl.done("sync", "acme", "--allow-large-change")
  }

  private func overview(_ tenantctl: RunTenantctl) async throws -> ReviewOverview.Tenant {
    let text = try await tenantctl.done("overview", "--output", "json")
    return try #require(
      try JSONDecoder().decode(ReviewOverview.self, from: Data(text.utf8)).tenants.first)
  }

  private func changed(_ since: String, _ tenantctl: RunTenantctl) async throws -> [String] {
    let text = try await tenantctl.done(
      "review", "acme", "--changed-since", since, "--output", "json")
    return try JSONDecoder().decode(ReviewList.self, from: Data(text.utf8)).users
      .compactMap(\.activeDirectoryLogin)
  }

  private func history(_ tenantctl: RunTenantctl) async throws -> [ChangeList.Change] {
    let text = try await tenantctl.done("history", "acme", "--output", "json")
    return try JSONDecoder().decode(ChangeList.self, from: Data(text.utf8)).changes
  }

  @Test("a row that is Not Matched without anybody's doing is in the history, and so is its return")
  func byItself() async throws {
    let tenantctl = try await installation()
    try await sync(users: 2...3, tenantctl)
    let lost = try #require(try await history(tenantctl).first)
    #expect(lost.kind == "no-longer-matched" && lost.userName == "user1" && lost.run == 2)
    #expect(lost.comment?.hasPrefix("was linked, is unmatched: ") == true)
    try await sync(users: 1...3, tenantctl)
    let back = try #require(try await history(tenantctl).first)
    #expect(back.kind == "matched-again" && back.userName == "user1" && back.run == 3)
    // A run in which nothing changes adds nothing; neither does a link, which says itself that the row is matched.
    try await tenantctl.done("sync", "acme")
    try await tenantctl.done("link", "acme", "user4", "spare")
    try await tenantctl.done("sync", "acme")
    #expect(
      try await history(tenantctl).map(\.kind).prefix(3) == [
        "linked", "matched-again", "no-longer-matched",
      ])
  }

  @Test("rows that changed since a run, a day or the last signed review (V1), by a run or by hand")
  func since() async throws {
    let tenantctl = try await installation()
    let none = try await tenantctl("review", "acme", "--changed-since", "review")
    #expect(none.code == 66 && none.errors.contains("has no signed review"))
    #expect(try await changed("1", tenantctl).isEmpty)
    #expect(try await changed("2020-01-01", tenantctl).count == 5)
    try await tenantctl.done("reviews", "open", "acme")
    try await tenantctl.confirmAll("acme")
    try await tenantctl.done("reviews", "sign", "acme", "--statement", "seen")
    #expect(try await changed("review", tenantctl).isEmpty)

    try await sync(users: 2...3, tenantctl)
    try await tenantctl.done("link", "acme", "user4", "spare")
    #expect(try await changed("review", tenantctl) == ["user1", "user4"])
    #expect(try await changed("1", tenantctl) == ["user1", "user4"])
    #expect(try await changed("2", tenantctl) == ["user4"])
    let people = (2...6).map { LDIF.person("user\($0)", number: $0) }.joined()
    try tenantctl.folder.write(people, to: "tenants/acme.ldif")
    try await tenantctl.done("sync", "acme", "--allow-large-change")
    #expect(try await changed("2", tenantctl) == ["user4", "user6"])
    #expect(try await changed("3", tenantctl).isEmpty)
    #expect(try await changed("2999-12-31", tenantctl).isEmpty)
    let table = try await tenantctl.done("review", "acme", "--changed-since", "2")
    #expect(table.contains("user6") && !table.contains("user2") && table.contains("shown: 2 of 5"))
    let unknown = try await tenantctl("review", "acme", "--changed-since", "99")
    #expect(unknown.code == 66 && unknown.errors.contains("no run 99; the latest is run 3"))
    for words in [["--changed-since", "yesterday"], ["--changed-since", "1", "--live"]] {
      #expect(try await tenantctl.run(["review", "acme"] + words).code == 64)
    }
  }

  @Test(
    "what changed before the store was brought up to date is not known, and that is said",
    .sqliteOnly("stores of earlier versions"))
  func olderStore() async throws {
    let tenantctl = try await installation()
    try await sync(users: 2...3, tenantctl)
    let store = try DatabaseQueue(path: tenantctl.folder.path("state/tenants/acme.sqlite"))
    try await store.write {
      try $0.execute(
        sql: """
          DROP TABLE row_changes; DROP TABLE standing;
          DELETE FROM grdb_migrations WHERE identifier = '7 changed rows';
          """)
    }
    try store.close()
    try await sync(users: 1...3, tenantctl)
    #expect(try await changed("2", tenantctl) == ["user1"])
    let early = try await tenantctl("review", "acme", "--changed-since", "1")
    #expect(early.code == 66 && early.errors.contains("is known from run 2 of "))
  }

  @Test("the overview has attention, what changed and the last review, and attention stands first")
  func overview() async throws {
    let tenantctl = try await installation()
    let fresh = try await overview(tenantctl)
    #expect(fresh.attention == 2 && fresh.changedSinceReview == nil && fresh.lastReview == nil)
    // Whom nobody reviews needs nobody.
    #expect(fresh.troubles.isEmpty)
    try await tenantctl.done("reviews", "open", "acme")
    let open = try await overview(tenantctl)
    #expect(open.openReview == 1 && open.attention == 2)
    #expect(open.troubles.map(\.code) == ["attention"])
    #expect(open.troubles.first?.message == "2 rows need a decision in review 1, which is open")
    try await tenantctl.done("reviews", "decide", "acme", "user4", "--confirmed")
    #expect(try await overview(tenantctl).attention == 1)
    try await tenantctl.done("reviews", "decide", "acme", "user5", "--confirmed")
    try await tenantctl.done("reviews", "sign", "acme", "--statement", "seen")
    let signed = try await overview(tenantctl)
    #expect(signed.attention == 0 && signed.changedSinceReview == 0 && signed.troubles.isEmpty)
    #expect(signed.lastReview?.review == 1 && signed.openReview == nil)

    try await sync(users: 2...3, tenantctl)
    let changed = try await overview(tenantctl)
    // The row, and the link whose user is gone.
    #expect(changed.attention == 2 && changed.changedSinceReview == 2)
    #expect(changed.troubles.map(\.code) == ["vanished-links", "attention"])
    #expect(changed.troubles.last?.message == "2 rows need a decision and no review is open")
    try await tenantctl.done("link", "acme", "user4", "spare")
    #expect(try await overview(tenantctl).attention == 3)
    let table = try await tenantctl.done("overview")
    #expect(table.contains("Attention  Changed  Reviewed"))
    let csv = try await tenantctl.done("overview", "--output", "csv")
    #expect(csv.contains("unclaimed,attention,changedSinceReview,lastReview,lastReviewAge,"))
  }

  @Test(
    "what the overview says is what was counted after a run, and is never out of date")
  func counted() async throws {
    let tenantctl = try await installation()
    try await tenantctl.done("reviews", "open", "acme")
    try await tenantctl.done(
      "reviews", "decide", "acme", "user4", "--exception", "--note", "x", "--until", "2999-12-31")
    #expect(try await overview(tenantctl).attention == 1)
    try await tenantctl.done("sync", "acme")
    let counts = try await tenantctl.sql("SELECT counts FROM standing", tenant: "acme")
    #expect(counts.contains("\"2999-12-31\":1") && counts.contains("\"attention\":1"))
    // Were the rows counted by the overview, it could not know of this.
    try await tenantctl.sql(
      "UPDATE standing SET counts = replace(counts, '2999-12-31', '2020-12-31')", tenant: "acme")
    #expect(try await overview(tenantctl).attention == 2)
    try await tenantctl.sql("DELETE FROM standing", tenant: "acme")
    #expect(try await overview(tenantctl).attention == 1)
  }
}
