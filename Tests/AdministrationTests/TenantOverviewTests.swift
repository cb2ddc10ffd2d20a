import TenantCore
import Testing

@testable import Administration
@testable import Authorization

@Suite("All tenants at a glance", .timeLimit(.minutes(5)))
struct TenantOverviewTests {
  private let now = Timestamp(secondsSince1970: 1_800_000_000)

  @Test("one broken tenant spoils no other; whom the actor may not administer is not named (A5)")
  func everyKind() async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "acme"))
    installation.files.add("broken", TenantFileRefusal("broken.yaml:3:1: wrong"))
    installation.files.add(Tenant(name: "foreign"), for: "bob")
    installation.files.add("hidden", TenantFileRefusal("cannot be read", isHidden: true))
    let glances = try await installation.tenants.overview(at: now, jobs: 2)
    #expect(glances.map(\.name) == ["broken", "acme"])
    #expect(glances[0].troubles.map(\.message) == ["broken.yaml:3:1: wrong"])
    #expect(glances[0].troubles.first?.failure?.kind == .configuration)
    // The store of these tests cannot be opened.
    #expect(glances[1].troubles.map(\.code) == [.store])
    #expect(glances[1].troubles.first?.message == FakeWorld.nothing.message)
    #expect(installation.audit.records.isEmpty)
  }

  @Test("the order does not depend on how many are looked at at once", arguments: [1, 3, 64])
  func order(jobs: Int) async throws {
    var installation = FakeInstallation()
    for number in 0..<20 { installation.files.add(Tenant(name: "t\(number)")) }
    installation.files.add("z", TenantFileRefusal("wrong"))
    let glances = try await installation.tenants.overview(at: now, jobs: jobs)
    #expect(glances.map(\.name) == ["z"] + (0..<20).map { "t\($0)" }.sorted())
  }

  @Test("a file whose last good version is in use is told to be broken, beside what is known")
  func lastGoodVersion() async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "acme", displayName: "Acme"))
    let file = try #require(try installation.files.file(of: "acme"))
    let entry = OverviewEntry(name: "acme", file: file, refusal: TenantFileRefusal("wrong"))
    let glance = try #require(
      await installation.tenants.overview(of: [entry], at: now, jobs: 1).first)
    #expect(glance.displayName == "Acme")
    #expect(glance.troubles.map(\.code) == [.brokenFile, .store])
  }

  @Test("a list of entries is no permission: who has none in a tenant learns nothing of it (A1)")
  func permission() async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "acme"))
    let file = try #require(try installation.files.file(of: "acme"))
    let bob = Actor(userName: "bob", identity: .account(userID: 1001, groups: []))
    let entry = OverviewEntry(name: "acme", file: file, refusal: nil, actor: bob)
    let glance = try #require(
      await installation.tenants.overview(of: [entry], at: now, jobs: 1).first)
    #expect(glance.troubles.first?.failure?.kind == .permissionRefused)
    #expect(installation.audit.records.map(\.actor) == ["bob"])
  }
}
