import Foundation
import Harness

/// A run as `history --output json` gives it.
struct ServiceRun: Decodable {
  var outcome: String
  var startedAt: String
  var completedAt: String
  var message: String?
}

extension RunTenantctl {
  /// Lets the example tenants run every second.
  func shortenIntervals() throws {
    for name in ["acme", "globex"] {
      let text = try read("tenants/\(name).yaml")
      try addTenantFile(name, text + "\nsynchronization:\n  interval: 1s\n")
    }
  }

  /// The runs of a tenant, the latest first.
  func runs(of tenant: String) async throws -> [ServiceRun] {
    struct History: Decodable { var runs: [ServiceRun] }
    let text = try await done("history", tenant, "--output", "json")
    return try JSONDecoder().decode(History.self, from: Data(text.utf8)).runs
  }
}
