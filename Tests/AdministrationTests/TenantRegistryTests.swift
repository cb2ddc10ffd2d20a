import Administration
import TenantCore
import Testing

@testable import Authorization

@Suite("The tenants of an installation, and the permission check of each", .timeLimit(.minutes(5)))
struct TenantRegistryTests {
  @Test("a session is given for the tenant as its file describes it (A1)")
  func opens() async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "acme"))
    let session = try await installation.tenants.session("acme", action: "review")
    #expect(session.tenant.name == "acme")
    #expect(session.permit.action == "review")
    #expect(installation.audit.records.isEmpty)
  }

  @Test(
    "no file, one of somebody else and one that cannot be read are refused in the same words (A5)",
    arguments: ["absent", "foreign", "hidden"])
  func refusedAlike(name: String) async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "foreign"), for: "bob")
    installation.files.add("hidden", TenantFileRefusal("cannot be read", isHidden: true))
    let registry = installation.tenants
    let refusal = try await #require(throws: PermissionRefused.self) {
      try await registry.session(name, action: "review")
    }
    #expect(
      refusal.description == "alice has no role in tenant '\(name)', or there is no such tenant")
    #expect(installation.audit.records.map(\.tenant) == [name])
  }

  @Test("a broken file that can be read is said to be broken")
  func broken() async throws {
    var installation = FakeInstallation()
    installation.files.add("acme", TenantFileRefusal("acme.yaml:3:1: wrong"))
    let registry = installation.tenants
    let refusal = try await #require(throws: TenantFileRefusal.self) {
      try await registry.session("acme", action: "review")
    }
    #expect(Failure(refusal).kind == .configuration)
    #expect(Failure(refusal).message == "acme.yaml:3:1: wrong")
  }

  @Test(
    "listed are those that may be administered, and broken ones that can be read; no audit (A5)")
  func administered() async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "acme"))
    installation.files.add("broken", TenantFileRefusal("wrong"))
    installation.files.add(Tenant(name: "foreign"), for: "bob")
    installation.files.add("hidden", TenantFileRefusal("cannot be read", isHidden: true))
    #expect(try installation.tenants.administered().map(\.name) == ["acme", "broken"])
    #expect(try installation.tenants.allFiles().count == 4)
    #expect(installation.audit.records.isEmpty)
  }

  @Test("whoever comes in another way is asked for with that one's roles (A3)")
  func otherActor() async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "acme"))
    let file = try #require(try installation.files.file(of: "acme"))
    let registry = installation.tenants
    let bob = Actor(userName: "bob", identity: .account(userID: 1001, groups: []))
    await #expect(throws: PermissionRefused.self) {
      try await registry.session(file, action: "review", as: bob)
    }
    #expect(installation.audit.records.map(\.actor) == ["bob"])
  }
}

@Suite("Tenant files are checked without connecting anywhere", .timeLimit(.minutes(5)))
struct ValidateTenantsTests {
  private func checked(
    _ installation: FakeInstallation, _ words: [String] = []
  ) async throws -> [CheckedTenantFile] {
    var checked: [CheckedTenantFile] = []
    try await installation.tenants.validate(words) { checked.append($0) }
    return checked
  }

  @Test("each file is told of, right or wrong, in order; permission is not needed")
  func all() async throws {
    var installation = FakeInstallation()
    installation.files.add(Tenant(name: "acme"), for: "bob")
    installation.files.add("broken", TenantFileRefusal("broken.yaml:3:1: wrong"))
    let files = try await checked(installation)
    #expect(files.map(\.path) == ["tenants/acme.yaml", "tenants/broken.yaml"])
    #expect(files.map { $0.failure?.message } == [nil, "broken.yaml:3:1: wrong"])
    #expect(files.last?.failure?.kind == .configuration)
  }

  @Test("a matcher that is refused is told with the file, and with the remedy as a value")
  func refusedMatcher() async throws {
    var installation = FakeInstallation()
    installation.host.addMatcher("mail-name", refusal: "its program changed")
    installation.files.add(
      Tenant(name: "acme", matching: Matching(matcher: .init(matcher: "mail-name"))))
    let failure = try #require(try await checked(installation).first?.failure)
    #expect(failure.kind == .internalFailure)
    #expect(failure.message == "tenants/acme.yaml: plugin 'mail-name': its program changed")
    #expect(failure.remedy == .sealPlugin(folder: "/plugins/mail-name"))
  }

  @Test("hashes that nothing is compared with are told")
  func pins() async throws {
    var installation = FakeInstallation()
    installation.host.addMatcher("mail-name")
    installation.files.add(
      Tenant(
        name: "acme", pluginHashes: ["mail-name": "00", "login": "00", "no-such-plugin": "00"]))
    let pins = try #require(try await checked(installation).first).unusedPins
    #expect(pins.map(\.plugin) == ["login", "no-such-plugin"])
    #expect(pins.map(\.isBuiltIn) == [true, false])
  }
}
