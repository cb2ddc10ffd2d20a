import Administration
import Authorization
import TenantCore
import Testing

@Suite("Who may sign in, and what is wrong with each", .timeLimit(.minutes(5)))
struct AccessTests {
  private let session: TenantSession

  init() async throws {
    var installation = FakeInstallation()
    installation.files.add(
      Tenant(name: "acme"), localUsers: ["eve", "maria"], operators: ["olga", "nobody"])
    session = try await installation.tenants.session("acme", action: "access list")
  }

  @Test("a local user needs a password and an assignment of the tenant file")
  func users() async throws {
    let users = try await session.accessList(at: FakeWorld.moment(3600)).users
    #expect(users.map(\.name) == ["eve", "maria", "otto"])
    #expect(users.map(\.problem) == [.noPassword, nil, .notAssigned])
    #expect(users.map(\.roles) == [["admin"], ["admin"], []])
  }

  @Test("operators are those whom the tenant file names; one who does not exist is told")
  func operators() async throws {
    let operators = try await session.accessList(at: FakeWorld.moment(3600)).operators
    #expect(operators.map(\.name) == ["nobody", "olga"])
    #expect(operators.map(\.problem) == [.noOperator, nil])
    #expect(operators.map { $0.tokens.map(\.token.name) } == [[], ["new", "over"]])
  }

  @Test("a token has its time, and the roles that the tenant file still has")
  func tokens() async throws {
    let tokens = try await session.accessList(at: FakeWorld.moment(3600)).tokens
    #expect(tokens.map(\.problem) == [.rolesGone(["gone"]), nil, .expired])
    #expect(tokens.map(\.isExpired) == [false, false, true])
  }

  @Test("the answer has the words of who asks")
  func answer() async throws {
    let access = try await session.accessList(at: FakeWorld.moment(3600))
    let answer = AccessAnswer(tenant: "acme", access, at: FakeWorld.moment(3600)) {
      "\($1): \($0)"
    }
    #expect(answer.operators.map(\.warning) == ["nobody: noOperator", nil])
    #expect(answer.operators.map(\.tokens) == [[], ["new"]])
    #expect(answer.localUsers.map(\.warning) == ["eve: noPassword", nil, "otto: notAssigned"])
    #expect(answer.tokens.last?.warning == "old: expired")
  }

  @Test(
    "a password that is set is a text of 12 to 1,024 bytes; what is wrong with it is not told",
    arguments: [
      Array("elevenbytes".utf8), Array(repeating: 0x61, count: 1025),
      Array(repeating: 0xFF, count: 12),
    ])
  func passwords(bytes: [UInt8]) throws {
    let failure = try #require(throws: Failure.self) { try Password(new: bytes) }
    #expect(failure.kind == .usage)
    #expect(failure.message == "a password is a text of 12 to 1,024 bytes; nothing was changed")
    #expect(try Password(new: Array("twelve bytes".utf8)).bytes.count == 12)
  }
}
