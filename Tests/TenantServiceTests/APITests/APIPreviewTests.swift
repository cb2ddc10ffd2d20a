import Foundation
import Harness
import TenantCore
import Testing

@testable import TenantService

@Suite("A run is previewed through the API (S6)", .timeLimit(.minutes(5)))
struct APIPreviewTests {
  /// Takes an entry out of the example's export, and out of its counts.
  private func remove(_ login: String, _ server: APIServer) throws {
    let path = "tenants/directory/acme.ldif"
    let text = try String(contentsOfFile: server.tenantctl.folder.path(path), encoding: .utf8)
    let kept = text.components(separatedBy: "\n\n")
      .filter { !$0.contains("sAMAccountName: \(login)\n") }.joined(separator: "\n\n")
      .replacing("# numResponses: 55", with: "# numResponses: 54")
      .replacing("# numEntries: 54", with: "# numEntries: 53")
    try server.tenantctl.folder.write(kept, to: path)
  }

  @Test("it names who would vanish, writes nothing, and is over after the next change")
  func preview() async throws {
    try await APIServer.run { server in
      let none = try await server.get("/runs/preview").json
      #expect(none["running"].flag == false && none["preview"].isNull)
      try remove("bdavis", server)
      let begun = try await server.post("/runs/preview", "{}")
      #expect(begun.status == 202, "\(begun.text)")
      var answer = try await server.get("/runs/preview").json
      while answer["running"].flag == true { answer = try await server.get("/runs/preview").json }
      let preview = answer["preview"]
      #expect(preview["vanishing"]["first"].items.map { $0["account"].text } == ["ACME\\bdavis"])
      #expect(preview["vanishing"]["first"].items.map { $0["userName"].text } == ["bdavis"])
      #expect(preview["refusals"].items.isEmpty && preview["unmatching"]["first"].items.isEmpty)
      let review = try await server.get("/review?search=bdavis").json
      #expect(review["users"].items.count == 1)
      let key = try #require(review["page"]["keys"].texts.first)
      #expect(try await server.post("/links/unlink", #"{"rows":["\#(key)"]}"#).status == 200)
      #expect(try await server.get("/runs/preview").json["preview"].isNull)
      #expect(try await server.post("/runs/preview", #"{"dryRun":true}"#).status == 400)
    }
  }
}

@Suite("What a preview of a run holds for", .timeLimit(.minutes(5))) struct PreviewBasisTests {
  @Test("not for another tenant file, another users file, another store, or another hour")
  func holds() throws {
    let basis = RunPreviews.Basis(
      tenant: try AnswerExamples().tenant,
      revision: TableRevision(
        store: StoreRevision(run: 0, change: 0, snapshot: 0), usersFile: ["1"]),
      moment: Timestamp(secondsSince1970: 1_000_000))
    func holds(_ change: (inout RunPreviews.Basis) -> Void) -> Bool {
      var now = basis
      change(&now)
      return basis.holds(now)
    }
    #expect(holds { _ in })
    #expect(holds { $0.moment = Timestamp(secondsSince1970: 1_000_900) })
    #expect(!holds { $0.moment = Timestamp(secondsSince1970: 1_000_901) })
    #expect(!holds { $0.tenant.directories.removeAll() })
    #expect(!holds { $0.revision.usersFile = ["2"] })
    #expect(!holds { $0.revision.store.change = 1 })
    #expect(!holds { $0.revision.store.snapshot = 1 })
    // One that failed or was refused has changed nothing.
    #expect(holds { $0.revision.store.run = 1 })
  }
}
