import Foundation
import Harness
import Testing

/// A directory that is there, but shows less of its users than it did.
@Suite("A lost right to read is refused like lost users (T3)", .timeLimit(.minutes(10)))
struct LostRightTests {
  /// Ten people with what is named, and nothing else.
  private static func people(_ attributes: Set<String>) -> String {
    (0..<10).map { number in
      let guid = Data((0..<16).map { UInt8($0 == 15 ? number + 1 : 7) }).base64EncodedString()
      let lines = [
        "dn: CN=p\(number),DC=acme,DC=example", "objectGUID:: \(guid)",
        "sAMAccountName: p\(number)", "mail: p\(number)@acme.example",
        "userAccountControl: 512", "objectClass: user",
        "objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=acme,DC=example",
      ]
      return lines.filter { line in
        let name = String(line.prefix { $0 != ":" })
        return attributes.contains(name) || !Self.all.contains(name)
      }.joined(separator: "\n") + "\n\n"
    }.joined()
  }

  private static let all: Set = ["objectGUID", "sAMAccountName", "mail", "userAccountControl"]

  @Test(
    "without these, nobody can be used: 65, and everything stands",
    arguments: [all, ["objectGUID"], ["sAMAccountName"]] as [Set<String>])
  func lost(attributes: Set<String>) async throws {
    let fault = Fault(
      .directory, "no longer readable: \(attributes.sorted().joined(separator: ", "))")
    let installation = try RunTenantctl()
    try installation.addTenant("acme", ldif: Self.people(Self.all))
    try installation.folder.write(
      "userName,windowsLogin\n" + (0..<10).map { "u\($0),ACME\\p\($0)\n" }.joined(),
      to: "users.csv")
    try await installation.done("users", "import", "acme", installation.folder.path("users.csv"))
    try await installation.done("sync", "acme")
    let before = try await installation.done("export", "acme")
    try installation.folder.write(
      Self.people(Self.all.subtracting(attributes)), to: "tenants/acme.ldif")
    let refused = try await installation("sync", "acme")
    try #require(refused.code == 65, "\(refused)")
    try #require(
      refused.errors.contains(
        "ACME has 10 users, of which 0 can be used; in the last snapshot 10 could be"))
    try #require(try await installation.done("export", "acme") == before)
    fault.survived("exit 65, every row and link as before")
    try await installation.done("sync", "acme", "--allow-large-change")
  }
}
