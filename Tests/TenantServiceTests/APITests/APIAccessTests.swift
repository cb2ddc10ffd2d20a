import Administration
import Authorization
import Foundation
import Harness
import Testing

@testable import TenantService

@Suite("Who may use the API (A1 to A3, A5)", .timeLimit(.minutes(5)))
struct APIAccessTests {
  @Test("every refused caller gets the same answer, whatever the cause, and is audited")
  func refused() async throws {
    try await APIServer.run { server in
      let expired = try await APIServer.token(server.dependencies, "acme", "old", hours: -1)
      let other = try await APIServer.token(server.dependencies, "globex", "other")
      var bodies: Set<JSONNode> = []
      let before = try await server.refusals().count
      let words = [
        "", "Bearer", "Bearer x", "Bearer \(expired)", "Bearer \(other)", "Basic YTpi",
        "Bearer \(server.token)x", "Bearer " + String(repeating: "x", count: 5000),
      ]
      for word in words {
        let reply = try await server.get("/review", ["Authorization": word])
        #expect(reply.isProblem(401, "unauthorized"), "\(reply.text)")
        #expect(reply.headers["www-authenticate"] == "Bearer")
        bodies.insert(reply.json.without("instance"))
      }
      for tenant in ["nobody", "globex", "ac%6De%2F", "%00", "ACME"] {
        let reply = try await server.send("GET", "/api/v1/tenants/\(tenant)/review")
        #expect(reply.isProblem(401, "unauthorized"), "\(tenant): \(reply.text)")
        bodies.insert(reply.json.without("instance"))
      }
      #expect(bodies.count == 1)
      let refusals = try await server.refusals()
      #expect(refusals.count == before + words.count)
      #expect(refusals.first?.actor == "unknown@127.0.0.1")
      #expect(
        try await server.get("/review", ["Authorization": "bearer \(server.token)"]).status == 200)
    }
  }

  @Test(
    "one permission is not enough for anything, and the missing one is named and audited (A1)",
    arguments: [
      ("tenant-only", "Administer Active Directory Authentication"),
      ("directory-only", "Administer Tenant"),
    ])
  func onePermission(role: String, missing: String) async throws {
    try await APIServer.run { server in
      let half = try await APIServer.token(server.dependencies, "acme", "half", roles: [role])
      let headers = ["Authorization": "Bearer \(half)", "Content-Type": "application/json"]
      let row = "9a3b0000-0000-0000-0000-000000000001"
      let calls = [
        ("GET", "", "review"), ("GET", "/review", "review"), ("GET", "/export", "export"),
        ("GET", "/vanished-links", "review"), ("GET", "/rows/\(row)", "explain"),
        ("GET", "/rows/\(row)/explanation", "explain"), ("POST", "/links/unlink", "unlink"),
        ("POST", "/links/link", "link"), ("POST", "/links/allow-again", "relink"),
        ("POST", "/runs", "sync"), ("GET", "/runs/current", "review"), ("GET", "/runs", "history"),
        ("GET", "/runs/1", "history"), ("GET", "/changes", "history"),
        ("GET", "/refusals", "history"), ("GET", "/users", "users list"),
        ("GET", "/users/jsmith", "users show"), ("PATCH", "/users/jsmith", "users edit"),
        ("POST", "/users-import", "users import"), ("POST", "/links", "links import"),
        ("POST", "/links/undo", "links undo"), ("GET", "/rows", "review"),
        ("GET", "/unclaimed", "review"), ("GET", "/findings", "review"),
        ("GET", "/directories", "test-connection"),
        ("POST", "/directories/ACME/test-connection", "test-connection"),
      ]
      for (method, path, action) in calls {
        // Even what is wrong in other ways too: who asks is looked at first.
        let reply = try await server.send(
          method, APIServer.acme(path) + "?nonsense=1", headers,
          body: method == "GET" ? nil : Data("nonsense".utf8))
        #expect(reply.isProblem(403, "permission-refused"), "\(path): \(reply.text)")
        #expect(reply.json["detail"].text?.contains("'\(missing)'") == true)
        let refusal = try await server.refusals().first
        #expect(refusal?.actor == "token:half" && refusal?.action == action, "\(path)")
        #expect(refusal?.missing == [missing])
      }
    }
  }

  @Test("a token whose role the tenant file no longer has is as good as none (A5)")
  func roleIsGone() async throws {
    try await APIServer.run { server in
      let half = try await APIServer.token(
        server.dependencies, "acme", "half", roles: ["tenant-only"])
      let text = try server.tenantctl.read("tenants/acme.yaml")
      try server.tenantctl.folder.write(
        text.replacing("    tenant-only: [Administer Tenant]\n", with: ""), to: "tenants/acme.yaml")
      await server.scheduler.reload()
      let reply = try await server.get("/review", ["Authorization": "Bearer \(half)"])
      #expect(reply.isProblem(401, "unauthorized"))
      #expect(try await server.refusals().first?.actor == "token:half")
    }
  }

  @Test("an address has its methods and no others, and there are no other addresses")
  func methods() async throws {
    try await APIServer.run { server in
      for method in ["OPTIONS", "DELETE", "PUT", "POST"] {
        let reply = try await server.send(method, APIServer.acme("/users/jsmith"))
        #expect(reply.status == 405)
        #expect(reply.headers["allow"] == "GET, HEAD, PATCH")
        #expect(reply.isProblem(405, "usage"))
      }
      #expect(
        try await server.send("POST", APIServer.acme("/runs/current")).headers["allow"]
          == "GET, HEAD")
      #expect(
        try await server.send("PUT", APIServer.acme("/runs")).headers["allow"]
          == "GET, HEAD, POST")
      for path in ["/api/", "/api/v2/tenants/acme", "/api/v1", APIServer.acme("/nothing")] {
        let reply = try await server.send("GET", path)
        #expect(reply.isProblem(404, "not-found"), "\(path): \(reply.text)")
      }
    }
  }
}
