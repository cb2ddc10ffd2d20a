import ActiveDirectory
import Foundation
import TenantCore
import Testing

@Suite("The directory files of the example tenants", .timeLimit(.minutes(5)))
struct FilesExampleTests {
  private func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "tenants/directory/\(name)")
      .path(percentEncoded: false)
  }

  @Test("acme has each fault, flag and exclusion, and one user twice (M12 to M15)")
  func acme() async throws {
    let exclusions = Exclusions(
      logins: ["svc-*"], organizationalUnits: ["OU=Resources,OU=Staff"])
    let rows = try await Export.read(
      path: path("acme.ldif"), .ldif, extra: "proxyAddresses", exclusions: exclusions
    ).rows
    func logins(_ isWanted: (ExportRow) -> Bool) -> [String] {
      rows.filter(isWanted).map { $0.login ?? "(none)" }.sorted()
    }
    #expect(rows.count == 52)
    #expect(Set(rows.compactMap(\.guid)).count == 50)
    #expect(logins { $0.fault == .missingGUID } == ["qnoguid"])
    #expect(logins { $0.fault == .missingLogin } == ["(none)"])
    #expect(logins { $0.fault == .undecodable(attribute: "mail") } == ["sbytes"])
    #expect(logins { $0.exclusion == .logins } == ["SVC-Scan", "svc-backup"])
    #expect(logins { $0.exclusion == .organizationalUnits } == ["room-101"])
    #expect(logins { $0.flags == .disabled } == ["udisabled"])
    #expect(logins { $0.flags == .locked } == ["vlocked"])
    #expect(logins { $0.flags == .expired } == ["wexpired"])
    #expect(rows.first { $0.login == "edubois" }?.extra.isEmpty == false)
  }

  @Test("globex is read from LDIF and from CSV alike")
  func globex() async throws {
    #expect(try await Export.read(path: path("globex.ldif"), .ldif).rows.count == 10)
    let rows = try await Export.read(path: path("initech.csv"), .csv, extra: "proxyAddresses").rows
    #expect(rows.count == 7)
    #expect(rows.allSatisfy { $0.fault == nil })
    #expect(rows.filter { $0.flags.isEnabled == false }.map(\.login) == ["dporter"])
    #expect(rows.flatMap(\.extra).count == 2)
  }
}
