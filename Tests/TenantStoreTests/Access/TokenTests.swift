import Authorization
import Foundation
import TenantCore
import Testing

@testable import TenantStore

@Suite("Tokens, verified by the hash of a secret (A3)", .timeLimit(.minutes(5)))
struct TokenTests {
  let access = AccessFixture()

  private func find(
    _ secret: String, of tenant: String = "acme", after seconds: Int64 = 0
  ) async throws -> AccessToken? {
    try await access.credentials.token(secret, of: tenant, at: access.later(seconds))
  }

  @Test("a secret is tct_ and 43 characters, and each is another")
  func form() async throws {
    let secrets = [try await access.token("a"), try await access.token("b")]
    for secret in secrets {
      #expect(secret.wholeMatch(of: /tct_[A-Za-z0-9_-]{43}/) != nil)
    }
    #expect(secrets[0] != secrets[1])
  }

  @Test("its token is found, with its roles, up to the second at which it expires")
  func expiry() async throws {
    let secret = try await access.token("nightly", seconds: 60, roles: ["admin", "other"])
    let token = try #require(try await find(secret, after: 59))
    #expect(token.name == "nightly")
    #expect(token.roles == ["admin", "other"])
    #expect(token.expiresAt == access.later(60))
    #expect(try await find(secret, after: 60) == nil)
    #expect(try await access.editor().tokens().count == 1)
  }

  @Test("revoked, it is none at the next check")
  func revoked() async throws {
    let secret = try await access.token("nightly")
    let other = try await access.token("other")
    try await access.editor().revokeToken("nightly", at: AccessFixture.moment)
    #expect(try await find(secret) == nil)
    #expect(try await find(other)?.name == "other")
    let gone = await #expect(throws: StoreError.self) {
      try await access.editor().revokeToken("nightly", at: AccessFixture.moment)
    }
    #expect(gone?.code == .notAvailable)
  }

  @Test("it is of one tenant (A5)")
  func otherTenant() async throws {
    let secret = try await access.token("nightly")
    _ = try await access.token("nightly", tenant: "globex")
    #expect(try await find(secret, of: "globex") == nil)
    for name in ["missing", "../acme", "", "acme/../acme", "acme\0", "ACME"] {
      #expect(try await find(secret, of: name) == nil)
    }
    await #expect(throws: StoreError.self) {
      _ = try await access.editor().createToken(
        "x", grant: RoleGrantOf.globex, expiresAt: access.later(1), at: AccessFixture.moment)
    }
  }

  @Test("anything else is none")
  func wrong() async throws {
    let secret = try await access.token("nightly")
    let last = secret.last == "A" ? "B" : "A"
    let others = [
      "", "tct_", String(secret.dropLast()), secret + "A", String(secret.dropLast()) + last,
      String(secret.dropFirst(4)), secret.uppercased(), secret + "\n",
    ]
    for other in others { #expect(try await find(other) == nil) }
  }

  @Test("a name is taken until its token is revoked")
  func taken() async throws {
    let secret = try await access.token("nightly")
    let error = await #expect(throws: StoreError.self) { _ = try await access.token("nightly") }
    #expect(error?.code == .notAvailable)
    #expect(try await find(secret) != nil)
  }

  @Test("nothing that is kept holds a secret")
  func noSecret() async throws {
    let secret = try await access.token("nightly")
    let text = try access.everything()
    #expect(text.contains("nightly"))
    #expect(!text.contains(secret))
    #expect(!text.contains(String(secret.dropFirst(4))))
  }
}
