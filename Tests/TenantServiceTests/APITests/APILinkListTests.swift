import Foundation
import Testing

@testable import TenantService

@Suite("Many links in one call, and lists that are read part by part", .timeLimit(.minutes(5)))
struct APILinkListTests {
  private func user(_ server: APIServer, _ login: String) async throws -> String? {
    let rows = try await server.get("/rows?search=\(login)").json["rows"].items
    return rows.first { $0["activeDirectoryLogin"].text == login }?["user"]["userName"].text
  }

  private let csv = ["Content-Type": "text/csv"]

  @Test("U1 to U5: a list and a spreadsheet do the same, said first, undone last")
  func listAndSheet() async throws {
    try await APIServer.run { server in
      let list = #"""
        {"links":[{"action":"unlink","login":"acme\\KBROWN","reason":"left"},
          {"action":"link","login":"ivolkov","userName":"kbrown"}],"dryRun":DRY}
        """#
      let sheet = "login,action,userName,reason\nACME\\kbrown,unlink,,left\nivolkov,link,kbrown,\n"
        .replacing("login,", with: "activeDirectoryLogin,")
      for isSheet in [false, true] {
        func send(_ dry: Bool) async throws -> APIReply {
          isSheet
            ? try await server.post("/links?dryRun=\(dry)", sheet, csv)
            : try await server.post("/links", list.replacing("DRY", with: "\(dry)"))
        }
        let said = try await send(true)
        #expect(said.status == 200, "\(said.text)")
        #expect(try await user(server, "kbrown") == "kbrown")
        let done = try await send(false)
        #expect(done.json["done"] == said.json["done"] && done.json["links"] == said.json["links"])
        #expect(done.json["linked"].int == 1 && done.json["unlinked"].int == 1)
        #expect(try await user(server, "ivolkov") == "kbrown")
        let changes = try await server.get("/changes?limit=2").json["changes"].items
        #expect(changes.contains { $0["comment"].text == "left" })
        let looked = try await server.post("/links/undo", #"{"dryRun":true}"#)
        let request = try #require(looked.json["request"].int)
        let named = #"{"request":\#(request)}"#
        let undone = try await server.post("/links/undo", named)
        #expect(undone.json["request"].int == request)
        #expect(
          undone.json["relinked"].int == 1 && undone.json["unlinked"].int == 1, "\(undone.text)")
        for again in [named, #"{"request":1}"#] {
          let reply = try await server.post("/links/undo", again)
          #expect(reply.isProblem(409, "not-found"), "an undo is not undone by a repeated call")
        }
        let wrong = try await server.post("/links/undo", #"{"request":"1"}"#)
        #expect(wrong.isProblem(400, "usage"))
        #expect(try await user(server, "ivolkov") == nil)
        #expect(try await user(server, "kbrown") == "kbrown")
      }
    }
  }

  @Test("what does not go together is refused by the dry run too, and wrong lines are named")
  func refused() async throws {
    try await APIServer.run { server in
      let twice = #"""
        {"links":[{"action":"link","login":"ivolkov","userName":"fox"},
          {"action":"link","login":"ktanaka","userName":"FOX"}],"dryRun":DRY}
        """#
      for dry in ["true", "false"] {
        let reply = try await server.post("/links", twice.replacing("DRY", with: dry))
        #expect(reply.isProblem(409, "not-found"), "\(reply.text)")
      }
      #expect(try await user(server, "ivolkov") == nil)
      let sheet = try await server.post(
        "/links", "activeDirectoryLogin,action\nnobody,unlink\nkbrown,jump\n", csv)
      #expect(sheet.status == 409)
      let detail = try #require(sheet.json["detail"].text)
      #expect(detail.contains("line 2: ") && detail.contains("line 3: unknown action 'jump'"))
      for body in [
        "{}", #"{"links":[]}"#, #"{"links":[1]}"#, #"{"links":[{}]}"#,
        #"{"links":[{"action":"jump","login":"a"}]}"#, #"{"links":[{"action":"unlink"}]}"#,
        #"{"links":[{"action":"unlink","login":"a","user":"b"}]}"#,
        #"{"links":[{"action":"unlink","login":"a","more":1}]}"#,
      ] {
        #expect(try await server.post("/links", body).isProblem(400, "usage"), "\(body)")
      }
      #expect(try await server.post("/links", "x", ["Content-Type": "text/plain"]).status == 415)
      #expect(
        try await server.post("/links/unlink", #"{"logins":["kbrown"],"dryRun":true}"#).status
          == 200)
    }
  }

  @Test("rows, unclaimed users, findings and vanished links: every one once, while links change")
  func cursors() async throws {
    try await APIServer.run { server in
      let whole = try await server.get("/review?size=200").json
      var (keys, logins, after): ([String], [String], String?) = ([], [], nil)
      repeat {
        let place = after.map { "&after=\($0)" } ?? ""
        let part = try await server.get("/rows?filter=matched&size=7\(place)").json
        keys += part["keys"].texts
        logins += part["rows"].items.compactMap { $0["activeDirectoryLogin"].text }
        after = part["next"].text
        // Whoever was read is matched no longer: a page's number would now skip as many.
        if let last = part["keys"].texts.last {
          #expect(try await server.post("/links/unlink", #"{"rows":["\#(last)"]}"#).status == 200)
        }
      } while after != nil
      let matched = zip(whole["page"]["keys"].texts, whole["users"].items)
        .filter { $0.1["status"].text == "Matched" }.map(\.0)
      #expect(keys == matched)
      let unclaimed = try await server.get("/unclaimed?size=200").json["unclaimed"].texts
      var (names, name): ([String], String?) = ([], nil)
      repeat {
        let place = name.map { "&after=\(FormFields.encoded($0))" } ?? ""
        let part = try await server.get("/unclaimed?size=4\(place)").json
        names += part["unclaimed"].texts
        name = part["next"].text
      } while name != nil
      #expect(names == unclaimed && names.count > 10)
      let findings = try await server.get("/findings?size=2").json
      #expect(findings["findings"].items.count == 2)
      let next = try #require(findings["next"].text)
      let rest = try await server.get("/findings?after=\(next)").json
      #expect(
        findings["findings"].items + rest["findings"].items == whole["findings"].items)
      #expect(try await server.get("/vanished-links?size=1").json["next"].isNull)
      #expect(try await server.get("/rows?after=99-1").isProblem(409, "changed-meanwhile"))
      for bad in ["x", "1", "1-", "-1-1", "1-1-1"] {
        #expect(try await server.get("/rows?after=\(bad)").isProblem(400, "usage"), "\(bad)")
      }
    }
  }

  @Test(
    "HEAD is answered wherever GET is, with the same headers and nothing else (RFC 9110, 9.3.2)")
  func head() async throws {
    try await APIServer.run { server in
      for path in [
        "", "/review", "/rows", "/unclaimed", "/findings", "/vanished-links", "/users", "/runs",
        "/runs/1", "/changes", "/refusals", "/directories",
      ] {
        let get = try await server.get(path)
        let head = try await server.send("HEAD", APIServer.acme(path))
        #expect(get.status == 200 && head.status == 200, "\(path)")
        #expect(head.data.isEmpty && head.tag == get.tag, "\(path)")
        #expect(head.headers["content-type"] == get.headers["content-type"])
      }
      #expect(try await server.send("HEAD", APIServer.acme("/links")).status == 405)
      #expect(try await server.send("HEAD", "/sign-in").status == 200)
    }
  }

  @Test("M3: users are imported from a sent file, and a bad row rejects it")
  func users() async throws {
    try await APIServer.run { server in
      let bad = try await server.post(
        "/users-import", "userName,email\nnew1,a@acme.example\n,b@acme.example\n", csv)
      #expect(bad.status == 409 && bad.text.contains("body:3: "), "\(bad.text)")
      #expect(try await server.get("/users/new1").status == 404)
      let done = try await server.post(
        "/users-import?skipInvalid=true", "userName;email\nnew1;a@acme.example\n;b@acme.example\n",
        csv)
      #expect(done.json["added"].int == 1 && done.json["skipped"].items.count == 1, "\(done.text)")
      #expect(try await server.get("/users/new1").json["userName"].text == "new1")
      #expect(try await server.post("/users-import", "{}").isProblem(415, "usage"))
    }
  }
}
