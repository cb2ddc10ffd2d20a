import Foundation
import Harness
import Testing

@Suite("Files that others may write", .timeLimit(.minutes(10)))
struct AccessTests {
  @Test("a tenant file or folder that others may write is refused with the chmod (A4)")
  func writable() async throws {
    let installation = try RunTenantctl.withExamples()
    try installation.setMode(0o664, of: "tenants/acme.yaml")
    let answer = try await installation.run(["sync", "acme"])
    #expect(answer.code == 78)
    #expect(answer.errors.contains("chmod"))
    try installation.setMode(0o644, of: "tenants/acme.yaml")
    try installation.setMode(0o777, of: "tenants")
    #expect(try await installation.run(["sync", "acme"]).code == 78)
  }

  @Test("each missing permission is named, and the refusal audited (A1, A2)")
  func otherPermission() async throws {
    let installation = try RunTenantctl.withExamples()
    let both = "[Administer Tenant, Administer Active Directory Authentication]"
    let text = try installation.read("tenants/acme.yaml")
    try installation.folder.write(
      text.replacing(both, with: "[Administer Active Directory Authentication]"),
      to: "tenants/acme.yaml")
    let answer = try await installation.run(["export", "acme"])
    #expect(answer.code == 77)
    #expect(answer.errors.contains("'Administer Tenant'"))
    #expect(try Array(installation.stateContents().keys) == ["audit.log"])
    #expect(try installation.read("state/audit.log").contains("\"Administer Tenant\""))
  }
}
