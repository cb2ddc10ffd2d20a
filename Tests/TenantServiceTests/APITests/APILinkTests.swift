import Testing

@testable import TenantService

@Suite("Links by hand through the API (U1 to U5)", .timeLimit(.minutes(5)))
struct APILinkTests {
  private func key(_ server: APIServer, _ login: String) async throws -> String {
    let page = try await server.get("/review?search=\(login)&sort=login&size=1").json
    #expect(page["users"].items.first?["activeDirectoryLogin"].text == login)
    return try #require(page["page"]["keys"].texts.first)
  }

  private func state(_ server: APIServer, _ key: String) async throws -> String? {
    try await server.get("/rows/\(key)").json["state"].text
  }

  @Test("unlink: said first, then done, then allowed again")
  func thereAndBack() async throws {
    try await APIServer.run { server in
      let key = try await key(server, "kbrown")
      let said = try await server.post(
        "/links/unlink", #"{"rows":["\#(key)"],"reason":"moved","dryRun":true}"#)
      #expect(said.status == 200 && said.json["dryRun"].flag == true)
      #expect(said.json["done"].texts.first?.contains("ACME\\kbrown") == true)
      #expect(try await state(server, key) == "found")
      let done = try await server.post(
        "/links/unlink", #"{"rows":["\#(key)"],"reason":"moved","dryRun":false}"#)
      #expect(done.json["done"].texts == said.json["done"].texts)
      #expect(done.json["dryRun"].flag == false)
      #expect(try await state(server, key) == "released")
      let change = try await server.get("/changes?limit=1").json["changes"].items.first
      #expect(change?["kind"].text == "unlinked" && change?["actor"].text == "token:all")
      #expect(change?["comment"].text == "moved" && change?["run"].isNull == true)
      let again = try await server.post("/links/unlink", #"{"rows":["\#(key)"]}"#)
      #expect(again.status == 409 && again.json["detail"].text?.contains("not linked") == true)
      #expect(try await server.post("/links/allow-again", #"{"users":["kbrown"]}"#).status == 200)
      #expect(try await state(server, key) == "linked")
    }
  }

  @Test("link: one directory user to one user, refused where either is taken")
  func link() async throws {
    try await APIServer.run { server in
      let key = try await key(server, "ivolkov")
      let taken = try await server.post("/links/link", #"{"row":"\#(key)","userName":"kbrown"}"#)
      #expect(taken.isProblem(409, "not-found"), "\(taken.text)")
      let free = try #require(
        try await server.get("/users?show=not-linked").json["users"].items.first?["userName"].text)
      let done = try await server.post("/links/link", #"{"row":"\#(key)","userName":"\#(free)"}"#)
      #expect(done.status == 200, "\(done.text)")
      #expect(try await server.get("/rows/\(key)").json["user"]["userName"].text == free)
    }
  }

  @Test("one that cannot be done leaves all undone")
  func allOrNothing() async throws {
    try await APIServer.run { server in
      let one = try await key(server, "kbrown")
      let other = try await key(server, "ivolkov")
      let reply = try await server.post("/links/unlink", #"{"rows":["\#(one)","\#(other)"]}"#)
      #expect(reply.isProblem(409, "not-found"))
      #expect(try await state(server, one) == "found")
    }
  }

  @Test(
    "what is wrong in a body is told with what is right",
    arguments: [
      ("", "rows, logins, users, reason, dryRun"), ("[]", "a JSON object"),
      ("null", "a JSON object"),
      ("{\"rows\":", "a JSON object"), ("{}", "at least one"), (#"{"rows":[]}"#, "at least one"),
      (#"{"row":["x00"]}"#, "known: rows, logins, users, reason, dryRun"),
      (#"{"rows":"x00"}"#, "'rows' must be an array"),
      (#"{"rows":[1]}"#, "'rows' must be an array"),
      (#"{"rows":["nonsense"]}"#, "not a row's key"), (#"{"users":[" "]}"#, "blank"),
      (#"{"users":["kbrown"],"dryRun":1}"#, "true or false"),
      (#"{"users":["kbrown"],"dryRun":null}"#, "true or false"),
      (#"{"users":["kbrown"],"reason":7}"#, "must be a string"),
      (#"{"users":["a\u0000b"]}"#, "control character"),
      (#"{"users":["kbrown"],"reason":""# + String(repeating: "x", count: 1001) + #""}"#, "1000"),
      (
        #"{"users":["# + Array(repeating: #""a""#, count: 1001).joined(separator: ",") + "]}",
        "at most 1000"
      ),
    ])
  func wrongBodies(body: String, known: String) async throws {
    try await APIServer.run { server in
      let reply = try await server.post("/links/unlink", body)
      #expect(reply.isProblem(400, "usage"), "\(reply.text)")
      #expect(reply.json["detail"].text?.contains(known) == true, "\(reply.text)")
      #expect(try await server.get("/users/kbrown").json["linked"].isNull == false)
    }
  }

  @Test("a body that is too long, or of another type, is not read")
  func tooLongOrOther() async throws {
    try await APIServer.run { server in
      let long = #"{"reason":""# + String(repeating: "x", count: 256 * 1024) + #""}"#
      #expect(try await server.post("/links/unlink", long).isProblem(413, "usage"))
      for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let reply = try await server.post(
          "/links/unlink", #"{"users":["kbrown"]}"#, ["Content-Type": type])
        #expect(reply.isProblem(415, "usage"), "\(type): \(reply.text)")
      }
      let charset = try await server.post(
        "/links/unlink", #"{"users":["kbrown"],"dryRun":true}"#,
        ["Content-Type": "Application/JSON; charset=utf-8"])
      #expect(charset.status == 200)
    }
  }
}
