import Administration
import TenantCore
import Testing

@Suite("What was looked at is what is undone (U1–U3)", .timeLimit(.minutes(2)))
struct LinkUndoTests {
  /// Four persons, of whom the first two are linked.
  private func world() async throws -> TenantWorld {
    let world = try TenantWorld(readsUsersFile: false, clearsBlanks: false)
    var users: [String: TenantModel.User] = [:]
    for number in 1...4 {
      users["u\(number)"] = TenantModel.User()
      if number <= 2 { users["u\(number)"]?.windowsLogin = "ACME\\p\(number)" }
    }
    try await world.take(users)
    try await world.run((1...4).map { TenantModel.Person(guid: $0, login: "p\($0)") })
    #expect(try await world.links() == [1: "u1", 2: "u2"])
    return world
  }

  @Test("a named request is undone once, however often that is asked for")
  func once() async throws {
    let world = try await world()
    try await world.unlink("u1")
    let request = try #require(try await world.undo(dryRun: true).request)
    let done = try await world.undo(request: request)
    #expect(done.request == request)
    #expect(try await world.links() == [1: "u1", 2: "u2"])
    for dryRun in [true, false] {
      await #expect(throws: LinkEditError.self) {
        try await world.undo(request: request, dryRun: dryRun)
      }
    }
    #expect(try await world.links() == [1: "u1", 2: "u2"])
    try await world.undo()
    #expect(try await world.links() == [2: "u2"], "undone twice, it is as it was")
  }

  @Test("a request after the one that was looked at is not undone in its place")
  func later() async throws {
    let world = try await world()
    try await world.unlink("u1")
    let request = try #require(try await world.undo(dryRun: true).request)
    try await world.unlink("u2")
    await #expect(throws: LinkEditError.self) { try await world.undo(request: request) }
    #expect(try await world.links() == [:])
  }

  @Test("what somebody else changed since is not undone, and it is said who did")
  func others() async throws {
    let world = try await world()
    try await world.unlink("u1")
    // The pair is as alice left it, but by bob.
    try await world.change([LinkWish(.relink, .user("u1"))], as: "bob")
    try await world.change([LinkWish(.unlink, .user("u1"))], as: "bob")
    let error = await #expect(throws: LinkEditError.self) { try await world.undo() }
    #expect(error?.description.contains("'bob' has changed the link of ACME\\p1") == true)
    #expect(try await world.links() == [2: "u2"])
    try await world.undo(as: "bob")
    #expect(try await world.links() == [1: "u1", 2: "u2"])
  }

  @Test("what somebody else changed of other pairs does not stand in the way")
  func othersElsewhere() async throws {
    let world = try await world()
    try await world.unlink("u1")
    let request = try #require(try await world.undo(dryRun: true).request)
    try await world.change([LinkWish(.link, .login("p3"), userName: "u3")], as: "bob")
    try await world.undo(request: request)
    #expect(try await world.links() == [1: "u1", 2: "u2", 3: "u3"])
  }

  @Test("U1, U3: each pair of a request is named, and another pair by then is refused")
  func named() async throws {
    let world = try await world()
    let shown = try await world.change(
      [LinkWish(.unlink, .user("u1")), LinkWish(.link, .login("p3"), userName: "u3")], dryRun: true)
    #expect(shown.named.map(\.userName) == ["u1", "u3"])
    let target = try #require(shown.named.first?.target)
    try await world.unlink("u1")
    try await world.link("p1", to: "u4")
    await #expect(throws: LinkEditError.self) {
      try await world.change([LinkWish(.unlink, target, userName: "u1")])
    }
    #expect(try await world.links()[1] == "u4")
  }
}
