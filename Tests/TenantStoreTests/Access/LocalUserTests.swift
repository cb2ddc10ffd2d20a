import Administration
import Foundation
import Synchronization
import TenantCore
import Testing

@testable import Authorization
@testable import TenantStore

@Suite("Local users, verified by the hash of a password (A3)", .timeLimit(.minutes(5)))
struct LocalUserTests {
  let access = AccessFixture()

  @Test("the password that was set lets in, and no other")
  func roundTrip() async throws {
    try await access.add("maria")
    #expect(try await access.isLocalUser("maria"))
    #expect(try await !access.isLocalUser("maria", "correct horse batterY"))
    #expect(try await !access.isLocalUser("maria", "x"))
    #expect(try await !access.isLocalUser("Maria"))
    #expect(try await access.editor().localUsers().map(\.name) == ["maria"])
    #expect(try await access.editor().localUsers().map(\.setBy) == ["alice"])
  }

  @Test("one tenant's user is none of another (A5)")
  func otherTenant() async throws {
    try await access.add("maria")
    #expect(try await !access.isLocalUser("maria", tenant: "globex"))
    try await access.add("eva", tenant: "globex")
    #expect(try await !access.isLocalUser("maria", tenant: "globex"))
  }

  @Test(
    "one tenant's file in the place of another's lets nobody in (A5)", .sqliteOnly("a copied file"))
  func copied() async throws {
    try await access.add("maria")
    try await access.add("eva", tenant: "globex")
    try FileManager.default.removeItem(atPath: access.fixture.path + "/access/globex.json")
    try FileManager.default.copyItem(
      atPath: access.filePath, toPath: access.fixture.path + "/access/globex.json")
    await #expect(throws: StoreError.self) {
      try await access.isLocalUser("maria", tenant: "globex")
    }
  }

  @Test("a change counts at the next check: another password, no user any more")
  func changes() async throws {
    try await access.add("maria")
    let taken = await #expect(throws: StoreError.self) { try await access.add("maria") }
    #expect(taken?.code == .notAvailable && taken?.remedy == .replacePassword)
    try await access.add("maria", password: "another password", replacing: true)
    #expect(try await !access.isLocalUser("maria"))
    #expect(try await access.isLocalUser("maria", "another password"))
    try await access.editor().removeLocalUser("maria", at: AccessFixture.moment)
    #expect(try await !access.isLocalUser("maria", "another password"))
    let gone = await #expect(throws: StoreError.self) {
      try await access.editor().removeLocalUser("maria", at: AccessFixture.moment)
    }
    #expect(gone?.code == .notAvailable)
  }

  @Test("a password has 12 bytes at least, and no error repeats it")
  func short() async throws {
    let error = await #expect(throws: Failure.self) {
      try await access.add("maria", password: "only-eleven")
    }
    #expect(error?.kind == .usage)
    #expect(error.map { "\($0)" }?.contains("only-eleven") == false)
    #expect(try await access.editor().localUsers().isEmpty)
    try await access.add("maria", password: "twelve-bytes")
  }

  @Test(
    "names are 1 to 64 of A-Z a-z 0-9 . _ -",
    arguments: ["", "a b", "ä", "a/b", String(repeating: "a", count: 65)])
  func names(name: String) async throws {
    let error = await #expect(throws: StoreError.self) { try await access.add(name) }
    #expect(error?.code == .usage)
    let token = await #expect(throws: StoreError.self) { _ = try await access.token(name) }
    #expect(token?.code == .usage)
  }

  @Test("nothing that is kept holds a password")
  func noPassword() async throws {
    try await access.add("maria")
    let text = try access.everything()
    #expect(text.contains("$argon2id$"))
    #expect(!text.contains(AccessFixture.password))
  }

  @Test("a user who is not there, and a tenant that is not there, cost one comparison too (A5)")
  func sameCost() async throws {
    try await access.add("maria")
    let compared = Mutex<[String]>([])
    let credentials = StoredCredentials(try access.access) { hash, _ in
      compared.withLock { $0.append(hash) }
      return true
    }
    let password = try #require(Password("whatever it is"))
    func isLocalUser(_ name: String, of tenant: String) async throws -> Bool {
      let tenant = Tenant(name: tenant)
      return try await credentials.isLocalUser(
        try #require(SignInAttempt(tenant, login: name, password: password)))
    }
    #expect(try await isLocalUser("maria", of: "acme"))
    // Even if the password were that of the hash of nobody.
    #expect(try await !isLocalUser("nobody", of: "acme"))
    #expect(try await !isLocalUser("maria", of: "globex"))
    try await credentials.pretend(password)
    let hashes = compared.withLock { $0 }
    #expect(hashes.count == 4)
    #expect(hashes.dropFirst().allSatisfy { $0 == PasswordHashing.ofNobody })
    // Of the same parameters, and so of the same cost.
    #expect(hashes.allSatisfy(Sodium.isPasswordHash))
  }

  @Test("another password, the same one set again, and no user any more, change the mark")
  func mark() async throws {
    let credentials = try access.credentials
    func mark() async throws -> [UInt8]? {
      try await credentials.passwordMark(ofLocalUser: "maria", of: "acme")
    }
    #expect(try await mark() == nil)
    try await access.add("maria")
    let first = try #require(try await mark())
    #expect(try await mark() == first)
    try await access.add("maria", replacing: true)
    let second = try #require(try await mark())
    #expect(second != first)
    #expect(try await credentials.passwordMark(ofLocalUser: "maria", of: "globex") == nil)
    try await access.editor().removeLocalUser("maria", at: AccessFixture.moment)
    #expect(try await mark() == nil)
  }
}
