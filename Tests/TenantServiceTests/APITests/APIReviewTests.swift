import Administration
import Harness
import Testing

@testable import TenantService

@Suite("The review, its rows and its files through the API", .timeLimit(.minutes(5)))
struct APIReviewTests {
  @Test("the review is the object of the command line, with the page added", arguments: [7, 200])
  func likeTheCommandLine(size: Int) async throws {
    try await APIServer.run { server in
      let reply = try await server.get("/review?size=\(size)")
      #expect(reply.status == 200 && reply.headers["content-type"] == "application/json")
      let own = try await server.tenantctl.done(
        "review", "acme", "--output", "json", "--limit", "\(size)")
      let document = try JSONNode(own.utf8)
      #expect(reply.json.without("page").without("seen") == document)
      let (page, total) = (reply.json["page"], try #require(document["counts"]["total"].int))
      #expect(page["number"].int == 1 && page["size"].int == size && page["rows"].int == total)
      #expect(page["exact"].flag == true && page["hasMore"].flag == (total > size))
      #expect(page["keys"].items.count == min(size, total))
    }
  }

  @Test("a row alone is the review's, with what was read and what changed")
  func likeTheReview() async throws {
    try await APIServer.run { server in
      let review = try await server.get("/review?size=200").json
      let keys = review["page"]["keys"].texts
      #expect(keys.count > 50 && keys.count == review["users"].items.count)
      for (key, row) in zip(keys, review["users"].items) {
        let alone = try await server.get("/rows/\(key)").json
        let added = ["tenant", "row", "attributes", "history", "nearestUser"]
        #expect(added.reduce(alone) { $0.without($1) } == row)
        #expect(alone["row"].text == key && alone["tenant"].text == "acme")
      }
    }
  }

  @Test("turning the pages shows every row once, in R4's order")
  func paging() async throws {
    try await APIServer.run { server in
      let all = try await server.get("/review?size=200").json
      var keys: [String] = []
      for number in 1...20 {
        let page = try await server.get("/review?size=10&page=\(number)").json
        #expect(page["users"].items.count == page["page"]["keys"].items.count)
        keys += page["page"]["keys"].texts
        if page["page"]["hasMore"].flag != true { break }
      }
      #expect(keys == all["page"]["keys"].texts && Set(keys).count == keys.count)
      #expect(try await server.get("/review?page=99999").json["users"].items.isEmpty)
    }
  }

  @Test("filter, states, account, domain, search, sort and order narrow and order it")
  func narrowing() async throws {
    try await APIServer.run { server in
      let matched = try await server.get("/review?filter=matched&domain=acme&account=enabled").json
      #expect(matched["users"].items.allSatisfy { $0["status"].text == "Matched" })
      let states = try await server.get("/review?state=ambiguous&state=contested&size=200").json
      #expect(
        Set(states["users"].items.compactMap { $0["state"].text }) == ["ambiguous", "contested"])
      let found = try await server.get("/review?search=JSMITH&sort=login&order=desc").json
      #expect(
        found["users"].items.compactMap { $0["activeDirectoryLogin"].text }
          == ["jsmith-adm", "jsmith"])
    }
  }

  @Test("accounts are filtered by what is known of them, and by its not being known (R1, M12)")
  func accounts() async throws {
    try await APIServer.run { server in
      func logins(_ account: String) async throws -> [String] {
        try await server.get("/review?account=\(account)").json["users"].items
          .compactMap { $0["activeDirectoryLogin"].text }
      }
      #expect(try await logins("disabled") == ["udisabled"])
      #expect(try await logins("locked") == ["vlocked"])
      #expect(try await logins("expired") == ["wexpired"])
      #expect(try await logins("unknown") == [])
      let file = "tenants/directory/acme.ldif"
      let lines = try server.tenantctl.read(file).split(
        separator: "\n", omittingEmptySubsequences: false)
      let first = try #require(lines.firstIndex(of: "userAccountControl: 512"))
      var less = lines
      less.remove(at: first)
      try server.tenantctl.folder.write(less.joined(separator: "\n"), to: file)
      try await server.tenantctl.done("sync", "acme")
      let unknown = try await server.get("/review?account=unknown").json
      let users = unknown["users"].items
      #expect(users.compactMap { $0["activeDirectoryLogin"].text } == ["jsmith"])
      #expect(users.first?["enabled"].flag == nil && users.first?["locked"].flag == false)
      #expect(unknown["findings"].items.contains { $0["code"].text == "unknown-flags" })
      let row = try await server.get("/rows/\(try #require(unknown["page"]["keys"].texts.first))")
      #expect(row.json["enabled"].isNull)
    }
  }

  @Test(
    "hostile texts are searched for, and found nowhere",
    arguments: [
      "%25", "_", "'%20OR%201=1--", "%22%3E%3Cscript%3E", "%00", "%F0%9F%92%A9", "..%2F..%2F",
      "%EF%BF%BF", "*)(objectClass=*", "%0D%0ASet-Cookie:%20a=b",
    ])
  func hostileSearch(text: String) async throws {
    try await APIServer.run { server in
      let reply = try await server.get("/review?search=\(text)")
      #expect(reply.status == 200, "\(reply.text)")
      #expect(reply.json["page"]["rows"].int == 0)
      #expect(reply.headers["set-cookie"] == nil)
    }
  }

  @Test("what is wrong in a query is told with what is right")
  func wrongQueries() async throws {
    try await APIServer.run { server in
      let long = String(repeating: "a", count: 257)
      for (query, known) in [
        ("filter=nope", "not-matched"), ("filtr=matched", "filter"), ("sort=up", "smtp"),
        ("page=0", "from 1"), ("page=1&page=2", "once"), ("page=", "blank"), ("page=1.5", "whole"),
        ("search=%ff", "encoded"), ("search=\(long)", "256"), ("domain=NOPE", "ACME"),
        ("order=", "blank"), ("size=201", "200"), ("state=nope", "ambiguous"),
      ] {
        let reply = try await server.get("/review?\(query)")
        #expect(reply.isProblem(400, "usage"), "\(query): \(reply.text)")
        #expect(reply.json["detail"].text?.contains(known) == true, "\(query): \(reply.text)")
      }
    }
  }

  @Test("who has it already is told so, until something changes")
  func tags() async throws {
    try await APIServer.run { server in
      for path in ["/review?size=5", "/users?size=5", "/vanished-links", "/users/jsmith"] {
        let tag = try #require(try await server.get(path).tag)
        let again = try await server.get(path, ["If-None-Match": "\"x\", W/\(tag)"])
        #expect(again.status == 304 && again.data.isEmpty && again.tag == tag, "\(path)")
        #expect(try await server.get(path, ["If-None-Match": "\"x\""]).status == 200)
      }
      let tag = try #require(try await server.get("/review").tag)
      #expect(try await server.get("/review?page=1").tag != tag)
      _ = try await server.post("/users/jsmith", #"{"firstName":"Jo"}"#, method: "PATCH")
      let changed = try await server.get("/review", ["If-None-Match": tag])
      #expect(changed.status == 200 && changed.tag != tag)
    }
  }

  @Test("a row has its attributes, its history and an explanation")
  func rows() async throws {
    try await APIServer.run { server in
      let page = try await server.get("/review?search=jsmith&size=1").json
      let key = try #require(page["page"]["keys"].texts.first)
      let row = try await server.get("/rows/\(key)").json
      #expect(row["activeDirectoryLogin"].text == "jsmith" && row["row"].text == key)
      #expect(row["attributes"]["sAMAccountName"].texts == ["jsmith"])
      #expect(row["history"].items.first?["kind"].text == "linked")
      let upper = try await server.get("/rows/\(key.uppercased())/explanation").json
      let lines = try await server.tenantctl.done("explain", "acme", "jsmith")
      #expect(upper["lines"].texts.joined(separator: "\n") + "\n" == lines)
      // A record without a GUID has a row too.
      let invalid = try await server.get("/review?filter=invalid").json["page"]["keys"].texts
      let record = try #require(invalid.first { $0.hasPrefix("x") })
      #expect(try await server.get("/rows/\(record)").json["state"].text == "invalid")
      for path in ["nonsense", "x00", "00000000-0000-0000-0000-000000000000", "..%2F"] {
        #expect(try await server.get("/rows/\(path)").isProblem(404, "not-found"))
        #expect(try await server.get("/rows/\(path)/explanation").isProblem(404, "not-found"))
      }
    }
  }

  @Test(
    "a download has the bytes of the command line's export (R2, R5)",
    arguments: [
      ("", []), ("?format=csv&exact=true&bom=true", ["--exact", "--bom"]),
      ("?format=ndjson", ["--format", "ndjson"]), ("?format=json", ["--format", "json"]),
      ("?columns=state,activeDirectoryLogin", ["--columns", "state,activeDirectoryLogin"]),
    ] as [(String, [String])])
  func export(query: String, words: [String]) async throws {
    try await APIServer.run { server in
      let reply = try await server.get("/export\(query)")
      let own = try await server.tenantctl.run(["export", "acme"] + words)
      // The command's output was read as text, which a byte order mark is no part of.
      let text = reply.text.trimmingPrefix("\u{FEFF}")
      #expect(reply.status == 200 && text == own.output)
      #expect(reply.data.starts(with: [0xEF, 0xBB, 0xBF]) == query.contains("bom"))
      let tag = try #require(reply.tag)
      #expect(try await server.get("/export\(query)", ["If-None-Match": tag]).status == 304)
      #expect(try await server.get("/export?columns=nope").isProblem(400, "usage"))
      #expect(try await server.get("/export?format=html").isProblem(400, "usage"))
    }
  }

  @Test("a tenant without a run says so")
  func noRun() async throws {
    try await APIServer.run { server in
      let token = try await APIServer.token(server.dependencies, "globex", "nightly")
      let headers = ["Authorization": "Bearer \(token)"]
      for path in ["/review", "/export"] {
        let reply = try await server.send("GET", "/api/v1/tenants/globex\(path)", headers)
        #expect(reply.isProblem(409, "incomplete"), "\(reply.text)")
      }
      let summary = try await server.send("GET", "/api/v1/tenants/globex", headers).json
      #expect(summary["snapshot"].isNull && summary["counts"].isNull)
      let acme = try await server.get("").json
      #expect(acme["snapshot"]["run"].int == 1 && acme["running"].flag == false)
      #expect(acme["interval"].int == 900 && acme["displayName"].text == "Acme Insurance")
    }
  }
}
