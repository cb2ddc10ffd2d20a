import Glibc
import Synchronization
import TenantCore
import Testing

@testable import Authorization

@Suite("The permission check")
struct AuthorizerTests {
  final class Audit: RefusalAudit {
    let records = Mutex<[RefusalRecord]>([])

    func record(_ refusal: RefusalRecord) { records.withLock { $0.append(refusal) } }
  }

  struct FullDisk: RefusalAudit {
    struct Failure: Error {}

    func record(_ refusal: RefusalRecord) throws { throw Failure() }
  }

  let alice = Actor(
    userName: "alice", identity: .account(userID: 1000, groups: ["staff", "ad-reviewers"]))
  let tenant = Tenant(name: "acme")
  let both: Set<Permission> = [.administerTenant, .administerActiveDirectoryAuthentication]

  private func permit(
    _ policy: AccessPolicy, fileOwner: UInt32 = 0, audit: any RefusalAudit = Audit()
  ) throws -> Permit {
    try Authorizer(actor: alice, audit: audit)
      .permit(tenant, policy: policy, fileOwner: fileOwner, action: "review")
  }

  @Test(
    "a role with both permissions gives a permit, whomever the assignment names (A1)",
    arguments: [AccessPolicy.Assignee.osUser("alice"), .osGroup("ad-reviewers"), .fileOwner])
  func opens(assignee: AccessPolicy.Assignee) throws {
    let policy = AccessPolicy(
      roles: ["admin": both], assignments: [.init(assignee, roles: ["admin"])])
    let permit = try permit(policy, fileOwner: 1000)
    #expect(permit.tenant == tenant)
    #expect(permit.actor == alice)
  }

  @Test("roles add up (A1)")
  func rolesAddUp() throws {
    let policy = AccessPolicy(
      roles: [
        "tenant": [.administerTenant], "directory": [.administerActiveDirectoryAuthentication],
      ],
      assignments: [
        .init(.osUser("alice"), roles: ["tenant"]), .init(.osGroup("staff"), roles: ["directory"]),
      ])
    _ = try permit(policy)
  }

  @Test(
    "one permission is not enough; the refusal names the other and is audited (A1, A2)",
    arguments: Permission.allCases)
  func oneIsMissing(held: Permission) throws {
    let audit = Audit()
    let policy = AccessPolicy(
      roles: ["half": [held]], assignments: [.init(.osUser("alice"), roles: ["half"])])
    let missing = try #require(Permission.allCases.first { $0 != held })
    let refusal = try #require(throws: PermissionRefused.self) {
      try permit(policy, audit: audit)
    }
    #expect(refusal.missing == [missing])
    #expect(refusal.description.contains("alice"))
    #expect(refusal.description.contains("'\(missing.rawValue)'"))
    #expect(!refusal.description.contains("'\(held.rawValue)'"))
    let record = try #require(audit.records.withLock { $0 }.first)
    #expect(record.tenant == "acme")
    #expect(record.userID == 1000)
    #expect(record.missing == [missing.rawValue])
  }

  @Test("no role gets the same answer as no tenant (A5)")
  func noRole() throws {
    let audit = Audit()
    let unknown = try #require(throws: PermissionRefused.self) {
      try Authorizer(actor: alice, audit: audit).refuseUnknown("acme", action: "review")
    }
    let refused = try #require(throws: PermissionRefused.self) {
      try permit(AccessPolicy(), audit: audit)
    }
    #expect(unknown == refused)
    #expect(audit.records.withLock { $0.count } == 2)
  }

  @Test("a sign-in of the page is no one on the command line (A3)")
  func pageAssignments() throws {
    let policy = AccessPolicy(
      roles: ["admin": both],
      assignments: [
        .init(.localUser("alice"), roles: ["admin"]),
        .init(.directoryGroup("alice"), roles: ["admin"]),
      ])
    #expect(throws: PermissionRefused.self) { try permit(policy) }
  }

  @Test("root has no bypass (A3)")
  func rootIsNobody() {
    let root = Actor(userName: "root", identity: .account(userID: 0, groups: ["root"]))
    let policy = AccessPolicy(
      roles: ["admin": both], assignments: [.init(.osUser("alice"), roles: ["admin"])])
    #expect(throws: PermissionRefused.self) {
      try Authorizer(actor: root, audit: Audit())
        .permit(tenant, policy: policy, fileOwner: 1000, action: "review")
    }
  }

  @Test("a refusal that cannot be recorded is an error of its own, and still no permit (A2)")
  func auditFails() {
    #expect(throws: FullDisk.Failure.self) { try permit(AccessPolicy(), audit: FullDisk()) }
  }

  @Test("what may be administered is known without an audit (A5)")
  func mayAdminister() {
    let audit = Audit()
    let authorizer = Authorizer(actor: alice, audit: audit)
    let policy = AccessPolicy(
      roles: ["admin": both], assignments: [.init(.fileOwner, roles: ["admin"])])
    #expect(authorizer.mayAdminister(tenant, policy: policy, fileOwner: 1000))
    #expect(!authorizer.mayAdminister(tenant, policy: policy, fileOwner: 0))
    #expect(audit.records.withLock { $0.isEmpty })
  }

  @Test("the actor of a process is its real user (A3)")
  func current() {
    let actor = Actor.current()
    #expect(!actor.userName.isEmpty)
    #expect(actor.userID == getuid())
  }
}
