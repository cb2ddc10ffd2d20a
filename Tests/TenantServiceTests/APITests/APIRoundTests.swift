import Administration
import Foundation
import Harness
import TenantCore
import Testing
import Wiring

@testable import TenantService

@Suite("Rounds of review through the API (V1 to V7)", .timeLimit(.minutes(5)))
struct APIRoundTests {
  private func logins(_ reply: APIReply) -> [String] {
    reply.json["rows"].items.compactMap { $0["activeDirectoryLogin"].text }
  }

  private func undecided(_ server: APIServer) async throws -> Int? {
    try await server.get("/reviews/1?size=1").json["review"]["counts"]["undecided"].int
  }

  @Test("V1, V4: opened, decided in one call, signed; then nothing changes it")
  func wholeRound() async throws {
    try await APIServer.run { server in
      #expect(try await server.get("/reviews").json["reviews"].items.isEmpty)
      let opened = try await server.post("/reviews", "")
      #expect(opened.status == 201, "\(opened.text)")
      #expect(opened.headers["location"] == APIServer.acme("/reviews/1"))
      #expect(try await server.post("/reviews", "").isProblem(409, "not-found"))
      let count = try #require(opened.json["counts"]["undecided"].int)
      let first = try await server.get("/reviews/1?size=200")
      #expect(first.json["rows"].items.count == count && first.json["page"]["rows"].int == count)
      #expect(first.json["rows"].items.allSatisfy { $0["undecided"].flag == true })

      let rows = first.json["rows"].items.compactMap { $0["row"].text }
      let list = rows.dropLast().map { "\"\($0)\"" }.joined(separator: ",")
      let body = #"{"rows":[\#(list)],"decision":"exception","note":"n","until":"2099-12-31"}"#
      let done = try await server.post("/reviews/1/decisions", body)
      #expect(done.status == 200 && done.json["done"].items.count == count - 1, "\(done.text)")
      #expect(try await undecided(server) == 1)
      let decided = try await server.get("/reviews/1?show=decided&size=200")
      #expect(decided.json["rows"].items.count == count - 1)
      #expect(decided.json["rows"].items.first?["decision"]["until"].text == "2099-12-31")
      #expect(decided.json["rows"].items.first?["decision"]["by"].text == "token:all")

      let refused = try await server.post("/reviews/1/signature", #"{"statement":"s"}"#)
      #expect(refused.isProblem(409, "not-found"), "\(refused.text)")
      #expect(refused.json["detail"].text?.contains("allowUndecided") == true, "\(refused.text)")
      let signed = try await server.post(
        "/reviews/1/signature", #"{"statement":"s","allowUndecided":true}"#)
      #expect(signed.status == 200 && signed.json["state"].text == "signed", "\(signed.text)")
      #expect(signed.json["counts"]["undecided"].int == 1)
      for (path, body) in [
        ("decisions", #"{"rows":["\#(rows[0])"],"decision":"confirmed"}"#),
        ("signature", #"{"statement":"s"}"#), ("abandon", ""),
      ] {
        let late = try await server.post("/reviews/1/\(path)", body)
        #expect(late.status == 409, "\(path): \(late.text)")
      }
      #expect(try await server.get("/reviews/1").json["rows"].items.count == 1)
    }
  }

  @Test("a dry run writes nothing, and one that is not there leaves all undecided")
  func allOrNothing() async throws {
    try await APIServer.run { server in
      _ = try await server.post("/reviews", "")
      let count = try await undecided(server)
      let said = try await server.post(
        "/reviews/1/decisions", #"{"logins":["hlee"],"decision":"confirmed","dryRun":true}"#)
      #expect(said.json["done"].texts == ["ACME\\hlee: confirmed"], "\(said.text)")
      let refused = try await server.post(
        "/reviews/1/decisions", #"{"logins":["hlee","nobody"],"decision":"confirmed"}"#)
      #expect(refused.isProblem(409, "not-found"), "\(refused.text)")
      #expect(try await undecided(server) == count)
    }
  }

  @Test(
    "V2: a decision on a row that changed since it was seen is refused, with all that came with it")
  func seen() async throws {
    try await APIServer.run { server in
      _ = try await server.post("/reviews", "")
      let seen = try #require(try await server.get("/reviews/1?size=1").json["seen"].int)
      #expect(try await server.get("/review?size=1").json["seen"].int == seen)
      let count = try await undecided(server)
      let linked = try await server.get("/review?search=kbrown").json["page"]["keys"].texts.first
      let row = try #require(linked)
      let unlinked = try await server.post("/links/unlink", #"{"rows":["\#(row)"]}"#)
      #expect(unlinked.status == 200, "\(unlinked.text)")
      func decide(_ names: String, _ seen: Int, dryRun: Bool = false) async throws -> APIReply {
        try await server.post(
          "/reviews/1/decisions",
          #"{\#(names),"decision":"confirmed","seen":\#(seen),"dryRun":\#(dryRun)}"#)
      }
      let left = try await undecided(server)
      #expect(left != count)
      for names in [#""rows":["\#(row)"],"logins":["hlee"]"#, #""logins":["hlee","kbrown"]"#] {
        for dryRun in [true, false] {
          let refused = try await decide(names, seen, dryRun: dryRun)
          #expect(refused.isProblem(409, "not-found"), "\(refused.text)")
          let words = refused.json["detail"].text ?? ""
          #expect(
            words.contains("ACME\\kbrown changed since") && !words.contains("hlee"), "\(words)")
        }
      }
      #expect(try await undecided(server) == left)
      // Who did not change can be decided on, and who did once that was seen.
      #expect(try await decide(#""logins":["hlee"]"#, seen).status == 200)
      let now = try #require(try await server.get("/review?size=1").json["seen"].int)
      #expect(now > seen)
      #expect(try await decide(#""logins":["kbrown"]"#, now).status == 200)
      #expect(try await decide(#""logins":["kbrown"]"#, now + 1).status == 409)
      for wrong in ["-1", "1.5", "\"1\"", "null"] {
        let reply = try await server.post(
          "/reviews/1/decisions",
          #"{"logins":["hlee"],"decision":"confirmed","seen":\#(wrong)}"#)
        #expect(reply.status == 400 && reply.text.contains("'seen'"), "\(wrong): \(reply.text)")
      }
    }
  }

  @Test("V4: more undecided than the signer was shown are not signed")
  func undecidedSeen() async throws {
    try await APIServer.run { server in
      _ = try await server.post("/reviews", "")
      let count = try #require(try await undecided(server))
      let unlinked = try await server.post("/links/unlink", #"{"logins":["kbrown"]}"#)
      #expect(unlinked.status == 200, "\(unlinked.text)")
      func sign(_ undecided: Int) async throws -> APIReply {
        try await server.post(
          "/reviews/1/signature",
          #"{"statement":"s","allowUndecided":true,"undecided":\#(undecided)}"#)
      }
      let refused = try await sign(count)
      #expect(refused.isProblem(409, "not-found"), "\(refused.text)")
      let words = refused.json["detail"].text ?? ""
      #expect(words.contains("\(count + 1) rows") && words.contains("\(count) were"), "\(words)")
      #expect(try await sign(count + 1).status == 200)
      #expect(try await server.get("/reviews/1").json["seen"].isNull)
    }
  }

  @Test("V2: rows, logins in every form, GUIDs and unclaimed users are found in one call")
  func everyForm() async throws {
    try await APIServer.run { server in
      _ = try await server.post("/reviews", "")
      let users = try await server.get("/review?size=1").json["unclaimed"].texts
      let user = try #require(users.first)
      let keys = try await server.get("/review?search=kbrown").json["page"]["keys"].texts
      let row = try #require(keys.first)
      let body = """
        {"rows":["\(row)"],"logins":["hlee","ACME\\\\HLEE","svc-backup","\(row)"],
         "users":["\(user.uppercased())"],"decision":"confirmed"}
        """
      let done = try await server.post("/reviews/1/decisions", body)
      #expect(
        done.json["done"].texts == [
          "ACME\\kbrown: confirmed", "ACME\\hlee: confirmed", "ACME\\svc-backup: confirmed",
          "the user '\(user)': confirmed",
        ], "\(done.text)")
      let wrong = try await server.post(
        "/reviews/1/decisions",
        #"{"logins":["nobody","hlee"],"users":["nobody"],"decision":"confirmed"}"#)
      #expect(
        wrong.json["detail"].text?.contains("no directory user 'nobody'") == true
          && wrong.json["detail"].text?.contains("'nobody' is neither") == true, "\(wrong.text)")
    }
  }

  @Test(
    "V1: the review's filter has the rows that need a decision, before a round is open and in it")
  func filter() async throws {
    try await APIServer.run { server in
      let path = "/review?filter=needs-attention&size=200"
      let before = try await server.get(path)
      _ = try await server.post("/reviews", "")
      let round = try await server.get("/reviews/1?size=200")
      let keys = round.json["rows"].items.compactMap { $0["row"].text }
      #expect(before.json["page"]["keys"].texts == keys && !keys.isEmpty)
      let tag = try #require(before.tag)
      #expect(try await server.get(path, ["If-None-Match": tag]).status == 304)
      _ = try await server.post(
        "/reviews/1/decisions", #"{"rows":["\#(keys[0])"],"decision":"confirmed"}"#)
      let after = try await server.get(path, ["If-None-Match": tag])
      #expect(after.status == 200 && after.json["page"]["keys"].texts == Array(keys.dropFirst()))
      let sorted = try await server.get("/review?filter=matched&sort=user&order=desc&size=200")
      let users = sorted.json["users"].items.compactMap { $0["user"]["userName"].text }
      #expect(users == users.sorted { $0.lowercased() > $1.lowercased() } && users.count > 20)
    }
  }

  @Test(
    "V2: what is known of a round is brought up to date with decisions as a new pass would have it")
  func decisionsOnly() async throws {
    try await APIServer.run { server in
      let session = try await server.dependencies.tenants.session("acme", action: "test")
      let moment = Timestamp.now()
      _ = try await session.openReview(at: moment)
      var earlier = try await session.attention(at: moment)
      var revision = try await session.attentionRevision(at: moment)
      #expect(try await session.attention(since: earlier, revision, now: revision)?.counts == nil)
      for kind in [ReviewDecision.Kind.exception, .toFix, .confirmed] {
        _ = try await session.decide(
          [.login("svc-backup"), .login("hlee")], .init(kind, note: "n"), dryRun: false)
        let now = try await session.attentionRevision(at: moment)
        let quick = try #require(try await session.attention(since: earlier, revision, now: now))
        let full = try await session.attention(at: moment)
        #expect(quick.counts == full.counts && quick.counts.decided == [kind.rawValue: 2])
        #expect(quick.undecided.map(\.subject) == full.undecided.map(\.subject))
        #expect(Set(quick.decided.map(\.subject)) == Set(full.decided.map(\.subject)))
        #expect(quick.decided.allSatisfy { $0.decision?.wish.kind == kind })
        (earlier, revision) = (quick, now)
      }
      // Of a row that needed no decision nothing is known.
      _ = try await session.decide([.login("kbrown")], .init(.confirmed), dryRun: false)
      let now = try await session.attentionRevision(at: moment)
      #expect(try await session.attention(since: earlier, revision, now: now)?.counts == nil)
    }
  }

  @Test("V6: the evidence of a signed round is what verify accepts; of an open one there is none")
  func evidence() async throws {
    try await APIServer.run { server in
      _ = try await server.post("/reviews", "")
      #expect(try await server.get("/reviews/1/evidence").isProblem(409, "not-found"))
      _ = try await server.post(
        "/reviews/1/signature", #"{"statement":"s","allowUndecided":true}"#)
      let zip = try await server.get("/reviews/1/evidence")
      #expect(zip.status == 200 && zip.headers["content-type"] == "application/zip")
      let file = server.tenantctl.folder.path("evidence.zip")
      try zip.data.write(to: URL(filePath: file))
      let verified = try await server.tenantctl("reviews", "verify", file)
      #expect(verified.code == 0, "\(verified)")
      #expect(try await server.get("/reviews/key").json["publicKey"].isNull)
    }
  }

  @Test("a round can be abandoned, and only the one that is meant")
  func abandon() async throws {
    try await APIServer.run { server in
      _ = try await server.post("/reviews", "")
      #expect(try await server.post("/reviews/2/abandon", "").isProblem(404, "not-found"))
      let done = try await server.post("/reviews/1/abandon", "")
      #expect(done.json["state"].text == "abandoned", "\(done.text)")
      #expect(try await server.post("/reviews", "").json["review"].int == 2)
      #expect(try await server.post("/reviews/1/abandon", "").isProblem(409, "not-found"))
      #expect(try await server.get("/reviews/2").json["review"]["state"].text == "open")
    }
  }

  @Test(
    "what is wrong in a decision is told",
    arguments: [
      (#"{"logins":["hlee"]}"#, 400, "'decision' is missing"),
      (#"{"logins":["hlee"],"decision":"maybe"}"#, 400, "known: confirmed, exception, to-fix"),
      (#"{"decision":"confirmed"}"#, 400, "at least one"),
      (#"{"logins":["hlee"],"decision":"to-fix"}"#, 422, "needs a note"),
      (#"{"logins":["hlee"],"decision":"confirmed","until":"2099-12-31"}"#, 422, "exception"),
      (#"{"logins":["hlee"],"decision":"exception","note":"n","until":"x"}"#, 400, "no day"),
      (#"{"logins":["hlee"],"decision":"exception","note":"n","until":"2001-01-01"}"#, 409, "over"),
    ])
  func wrongBodies(body: String, status: Int, words: String) async throws {
    try await APIServer.run { server in
      _ = try await server.post("/reviews", "")
      let reply = try await server.post("/reviews/1/decisions", body)
      #expect(reply.status == status, "\(reply.text)")
      #expect(reply.json["detail"].text?.contains(words) == true, "\(reply.text)")
    }
  }
}
