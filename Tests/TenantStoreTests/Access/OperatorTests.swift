import Administration
import Foundation
import Testing

@testable import Authorization
@testable import TenantCore
@testable import TenantStore

@Suite("Operators and their tokens, in a file of their own (A3, A4)", .timeLimit(.minutes(5)))
struct OperatorTests {
  private let access = AccessFixture()
  private var path: String { access.fixture.path + "/access/@operators.json" }

  private func editor(_ name: String = "olga") throws -> OperatorEditor {
    try access.operatorEditor(name)
  }

  private func add(
    _ name: String = "olga", password: String = AccessFixture.password, replacing: Bool = false
  ) async throws {
    try await editor(name).setPassword(
      try #require(Password(password)), isReplacing: replacing, at: AccessFixture.moment)
  }

  private func token(_ name: String, of owner: String = "olga") async throws -> String {
    try await editor(owner).createToken(
      name, expiresAt: access.later(60), at: AccessFixture.moment)
  }

  private func isOperator(
    _ name: String, _ password: String = AccessFixture.password
  ) async throws -> Bool {
    let typed = try #require(Password(password))
    return try await access.operators.isOperator(
      try #require(OperatorSignInAttempt(name, password: typed)))
  }

  @Test("a password is right for its operator only, and no tenant's local user is one")
  func passwords() async throws {
    try await add()
    try await access.add("maria")
    #expect(try await isOperator("olga"))
    #expect(try await !isOperator("olga", "wrong horse battery"))
    for name in ["maria", "Olga", "olga ", "otto"] { #expect(try await !isOperator(name)) }
    #expect(try await !access.isLocalUser("olga"))
    #expect(try await !access.isLocalUser("olga", tenant: "@operators"))
  }

  @Test("the mark is another one with each password, even the same, and none once removed")
  func marks() async throws {
    try await add()
    let first = try #require(try await access.operators.passwordMark(ofOperator: "olga"))
    try await add(replacing: true)
    let second = try #require(try await access.operators.passwordMark(ofOperator: "olga"))
    #expect(first != second)
    try await editor().remove(at: AccessFixture.moment)
    #expect(try await access.operators.passwordMark(ofOperator: "olga") == nil)
  }

  @Test("a token is its operator's until it expires, is revoked, or the operator goes")
  func tokens() async throws {
    try await add()
    let secret = try await token("nightly")
    let found = try await access.operators.operatorToken(secret, at: access.later(59))
    #expect(found?.name == "nightly" && found?.operatorName == "olga")
    #expect(try await access.operators.operatorToken(secret, at: access.later(60)) == nil)
    #expect(try await access.operators.operatorToken(secret + "x", at: access.later(0)) == nil)
    // No tenant takes it for one of its own.
    for tenant in ["acme", "@operators"] {
      #expect(try await access.credentials.token(secret, of: tenant, at: access.later(0)) == nil)
    }
    try await add("otto")
    await #expect(throws: StoreError.self) {
      try await editor("otto").revokeToken("nightly", at: AccessFixture.moment)
    }
    try await editor().remove(at: AccessFixture.moment)
    #expect(try await access.operators.operatorToken(secret, at: access.later(0)) == nil)
    try await add()
    #expect(try await access.operators.operatorToken(secret, at: access.later(0)) == nil)
  }

  @Test("nobody has a token who is no operator")
  func noOperator() async throws {
    let error = await #expect(throws: StoreError.self) { _ = try await token("nightly") }
    #expect(error?.code == .notAvailable)
    #expect(try access.audit.events(ofTenant: "*", fitting: HistoryFilter(), limit: nil).isEmpty)
  }

  @Test("the tenant of a token is found among others; a damaged file hides none")
  func tenantOfToken() async throws {
    let secret = try await access.token("nightly", tenant: "globex")
    _ = try await access.token("other")
    if try access.pool == nil { try access.write("{}") }
    func find(_ tenants: [String], after seconds: Int64 = 0) async throws -> String? {
      try await access.operators.tenant(ofToken: secret, among: tenants, at: access.later(seconds))
    }
    #expect(try await find(["acme", "nobody", "../x", "globex"]) == "globex")
    #expect(try await find(["acme"]) == nil)
    #expect(try await find(["globex"], after: 60) == nil)
  }

  @Test(
    "a tenant's file that is put in the operators' place counts for nobody, nor the other way",
    .sqliteOnly("a planted file"))
  func planted() async throws {
    try await add()
    try await access.add("olga")
    let (own, theirs) = (try access.contents(), try String(contentsOfFile: path, encoding: .utf8))
    for (text, file) in [(own, path), (theirs, access.filePath)] {
      try Data(text.utf8).write(to: URL(filePath: file))
      try access.setMode(0o600, file)
    }
    await #expect(throws: StoreError.self) { _ = try await isOperator("olga") }
    await #expect(throws: StoreError.self) { _ = try await access.isLocalUser("olga") }
  }

  @Test(
    "a token of no operator in the operators' file makes it damaged, as a tenant's with one does",
    .sqliteOnly("a damaged file"))
  func kinds() async throws {
    try await add()
    _ = try await token("nightly")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try #require(text.contains(#""operator":"olga","#))
    let damaged = text.replacing(#""operator":"olga","#, with: "")
    #expect(throws: StoreError.self) {
      _ = try AccessContent(Array(damaged.utf8), tenant: "@operators", path: path)
    }
    let tenants = text.replacing("@operators", with: "acme")
    #expect(throws: StoreError.self) {
      _ = try AccessContent(Array(tenants.utf8), tenant: "acme", path: path)
    }
  }

  @Test("what was done is in the audit, for all tenants, and no password is")
  func audited() async throws {
    try await add()
    let done = try access.audit.events(ofTenant: "*", fitting: HistoryFilter(), limit: nil)
    #expect(done.map(\.action) == ["access add --operator"] && done.map(\.subject) == ["olga"])
    #expect(try !access.everything().contains(AccessFixture.password))
  }

  @Test("others may not read it (A4)", .sqliteOnly("a file's mode"))
  func file() async throws {
    try await add()
    try access.setMode(0o640, path)
    await #expect(throws: StoreError.self) { _ = try await isOperator("olga") }
  }
}
