import Administration
import Harness
import Testing

@testable import TenantService

@Suite("Users, runs, history and directories through the API", .timeLimit(.minutes(5)))
struct APIUserTests {
  @Test("the list narrows, searches, sorts and pages")
  func list() async throws {
    try await APIServer.run { server in
      let linked = try await server.get("/users?show=linked&size=200").json
      #expect(linked["users"].items.allSatisfy { !$0["linked"].isNull })
      #expect(linked["page"]["rows"].int == linked["users"].items.count)
      let found = try await server.get("/users?search=JSmith&sort=email&order=desc").json
      #expect(found["users"].items.contains { $0["userName"].text == "jsmith" })
      let first = try await server.get("/users?size=1").json
      let second = try await server.get("/users?size=1&page=2").json
      #expect(first["page"]["hasMore"].flag == true)
      let names = [first, second].map { $0["users"].items.first?["userName"].text ?? "" }
      #expect(names[0] < names[1])
      #expect(try await server.get("/users?show=nope").isProblem(400, "usage"))
    }
  }

  @Test("a user has effective values, profiles and a link, and takes a change")
  func change() async throws {
    try await APIServer.run { server in
      let before = try await server.get("/users/JSMITH")
      let user = before.json
      #expect(user["userName"].text == "jsmith" && user["windowsLoginLocked"].flag == true)
      #expect(user["linked"]["login"].text == "jsmith")
      #expect(user["profiles"].names == ["acd", "override", "recording"])
      #expect(user["profiles"]["override"]["email"].isNull)
      let reply = try await server.post(
        "/users/jsmith", #"{"email":"js@acme.example","active":false}"#, method: "PATCH")
      #expect(reply.status == 200 && reply.tag != before.tag)
      #expect(reply.json["effective"]["email"].text == "js@acme.example")
      #expect(reply.json["active"].flag == false)
      #expect(try await server.get("/users/jsmith").tag == reply.tag)
      let cleared = try await server.post("/users/jsmith", #"{"email":""}"#, method: "PATCH")
      #expect(cleared.json["profiles"]["override"]["email"].isNull)
      let changes = try await server.get("/changes?limit=2").json["changes"].items
      #expect(changes.allSatisfy { $0["kind"].text == "edited" && $0["actor"].text == "token:all" })
    }
  }

  @Test("a change that others made meanwhile is not overwritten")
  func conditions() async throws {
    try await APIServer.run { server in
      let tag = try #require(try await server.get("/users/jsmith").tag)
      let first = try await server.post(
        "/users/jsmith", #"{"firstName":"A"}"#, method: "PATCH", ["If-Match": tag])
      #expect(first.status == 200)
      for wrong in [tag, "W/\(first.tag ?? "")", "nonsense"] {
        let reply = try await server.post(
          "/users/jsmith", #"{"firstName":"B"}"#, method: "PATCH", ["If-Match": wrong])
        #expect(reply.isProblem(412, "changed-meanwhile"), "\(wrong)")
      }
      #expect(try await server.get("/users/jsmith").json["effective"]["firstName"].text == "A")
      let any = try await server.post(
        "/users/jsmith", #"{"firstName":"C"}"#, method: "PATCH", ["If-Match": "*"])
      #expect(any.status == 200)
    }
  }

  @Test("what cannot be changed is said, in the order: body, user, state")
  func refusals() async throws {
    try await APIServer.run { server in
      let locked = try await server.post(
        "/users/jsmith", #"{"windowsLogin":"ACME\\x"}"#, method: "PATCH")
      #expect(locked.isProblem(409, "not-found"), "\(locked.text)")
      for name in ["nobody", "a%2Fb", "%F0%9F%92%A9", String(repeating: "x", count: 300)] {
        #expect(try await server.get("/users/\(name)").isProblem(404, "not-found"))
        let reply = try await server.post("/users/\(name)", #"{"email":""}"#, method: "PATCH")
        #expect(reply.isProblem(404, "not-found"))
      }
      for body in [#"{"mail":"x"}"#, "{}", #"{"active":"yes"}"#, #"{"email":null}"#] {
        let reply = try await server.post("/users/nobody", body, method: "PATCH")
        #expect(reply.isProblem(400, "usage"), "\(body): \(reply.text)")
      }
      let token = try await APIServer.token(server.dependencies, "globex", "nightly")
      _ = try await server.tenantctl.done("sync", "globex")
      let headers = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
      let users = try await server.send("GET", "/api/v1/tenants/globex/users", headers).json
      let name = try #require(users["users"].items.first?["userName"].text)
      let file = try await server.send(
        "PATCH", "/api/v1/tenants/globex/users/\(name)", headers,
        body: .init(#"{"email":"x@y.example"}"#.utf8))
      #expect(file.isProblem(422, "usage"), "\(file.text)")
    }
  }

  @Test("a run begins, is followed, and stands in the history; a second one waits (T1)")
  func runs() async throws {
    try await APIServer.run { server in
      let hold = await server.scheduler.run("acme") { _ in
        try? await Task.sleep(for: .seconds(600))
        return .abandoned
      }
      #expect(hold)
      let conflict = try await server.post("/runs", "{}")
      #expect(conflict.isProblem(409, "incomplete"), "\(conflict.text)")
      #expect(try await server.get("/runs/current").json["running"].flag == true)
      #expect(try await server.get("").json["running"].flag == true)
      let runs = try await server.get("/runs?limit=1").json
      #expect(runs["runs"].items.count == 1 && runs["next"].isNull)
    }
  }

  @Test("a run that was asked for is made as the token's, and pages back to the first")
  func ownRun() async throws {
    try await APIServer.run { server in
      let begun = try await server.post("/runs", #"{"allowLargeChange":false}"#)
      #expect(begun.status == 202, "\(begun.text)")
      #expect(begun.headers["location"] == APIServer.acme("/runs/current"))
      while try await server.get("/runs/current").json["running"].flag == true {
        try await Task.sleep(for: .milliseconds(20))
      }
      let latest = try await server.get("/runs?limit=1").json
      let run = try #require(latest["runs"].items.first)
      #expect(run["actor"].text == "token:all" && run["outcome"].text == "complete")
      let number = try #require(run["run"].int)
      #expect(latest["next"].int == number)
      let older = try await server.get("/runs?before=\(number)").json
      #expect(older["runs"].items.first?["run"].int == 1 && older["next"].isNull)
      #expect(try await server.get("/runs/\(number)").json == run)
      for path in ["/runs/99", "/runs/x", "/runs/99999999999999999999"] {
        #expect(try await server.get(path).isProblem(404, "not-found"))
      }
      #expect(try await server.get("/runs?before=0").isProblem(400, "usage"))
    }
  }

  @Test("changes page back, and narrow to one directory user")
  func changes() async throws {
    try await APIServer.run { server in
      var numbers: [Int] = []
      var before: Int?
      repeat {
        let path = "/changes?limit=20" + (before.map { "&before=\($0)" } ?? "")
        let part = try await server.get(path).json
        numbers += part["changes"].items.compactMap { $0["number"].int }
        before = part["next"].int
      } while before != nil
      #expect(numbers == numbers.sorted(by: >) && Set(numbers).count == numbers.count)
      #expect(numbers.count > 40)
      let own = try await server.get("/changes?login=ACME%5Cjsmith&limit=1").json
      #expect(own["changes"].items.first?["login"].text == "jsmith")
      let refusals = try await server.get("/refusals?limit=5").json["refusals"]
      #expect(refusals.items.isEmpty)
    }
  }

  @Test("directories are told as configured, and tried")
  func directories() async throws {
    try await APIServer.run { server in
      let directory = try await server.get("/directories").json["directories"].items.first
      #expect(directory?["domain"].text == "ACME" && directory?["source"].text == "ldif")
      #expect(directory?["exclude"]["logins"].texts == ["svc-*"])
      let test = try await server.send("POST", APIServer.acme("/directories/ACME/test-connection"))
      #expect(test.status == 200 && test.json["steps"].items.first?["succeeded"].flag == true)
      let none = try await server.send("POST", APIServer.acme("/directories/NO/test-connection"))
      #expect(none.isProblem(404, "not-found"))
    }
  }
}
