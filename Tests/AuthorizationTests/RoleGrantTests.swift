import Synchronization
import TenantCore
import Testing

@testable import Authorization

@Suite("Nobody gives a token more than they have (A1)")
struct RoleGrantTests {
  let policy = AccessPolicy(
    roles: [
      "tenant": [.administerTenant], "directory": [.administerActiveDirectoryAuthentication],
      "admin": [.administerTenant, .administerActiveDirectoryAuthentication], "nothing": [],
    ],
    assignments: [
      .init(.osUser("alice"), roles: ["admin"]), .init(.osUser("alice"), roles: ["admin"]),
      .init(.osUser("bob"), roles: ["tenant"]),
    ])
  let audit = AuthorizerTests.Audit()

  private func grant(_ user: String, _ roles: [String]) throws -> [String] {
    let actor = Actor(userName: user, identity: .account(userID: 7, groups: []))
    // Bob would get no permit anyway: this rule holds without it.
    let permit = Permit(tenant: Tenant(name: "acme"), actor: actor, action: "access token")
    let grant = try Authorizer(actor: actor, audit: audit)
      .grant(roles, permit: permit, policy: policy, fileOwner: 0)
    #expect(grant.tenant == "acme")
    return grant.roles
  }

  @Test("without a wish, the roles that the giver has, each once")
  func usual() throws {
    #expect(try grant("alice", []) == ["admin"])
    #expect(try grant("bob", []) == ["tenant"])
  }

  @Test("roles that grant a part of what the giver may do, however they are assigned")
  func subset() throws {
    #expect(try grant("alice", ["tenant", "nothing", "tenant"]) == ["tenant", "nothing"])
  }

  @Test("a role that grants more is refused, and the refusal audited (A2)")
  func more() throws {
    let refused = try #require(throws: PermissionRefused.self) {
      try grant("bob", ["tenant", "admin"])
    }
    #expect(refused.missing == [.administerActiveDirectoryAuthentication])
    #expect(refused.description.contains("'Administer Active Directory Authentication'"))
    let record = try #require(audit.records.withLock { $0 }.first)
    #expect(record.action == "access token")
    #expect(record.missing == ["Administer Active Directory Authentication"])
  }

  @Test("a role that the file does not declare is named, with those that it does")
  func unknown() throws {
    let unknown = try #require(throws: UnknownRole.self) { try grant("alice", ["king"]) }
    #expect(unknown.description.contains("'king'"))
    #expect(unknown.description.contains("admin, directory, nothing, tenant"))
    #expect(audit.records.withLock { $0.isEmpty })
  }
}
