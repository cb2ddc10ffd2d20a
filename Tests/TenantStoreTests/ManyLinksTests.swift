import Administration
import Foundation
import GRDB
import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import Authorization
@testable import TenantStore

/// Links by hand, many at once (P14): what one more costs is counted, not timed.
@Suite(.timeLimit(.minutes(5))) struct ManyLinksTests {
  private static let userCount = 240

  /// Counts what SQLite is asked to run.
  private final class StatementCount: Sendable {
    private let count = Atomic(0)

    init(_ store: TenantStore) {
      // What goes to PostgreSQL is counted on its way (StoreTrafficTests).
      (store.engine as? SQLiteEngine)?.database.inDatabase { database in
        database.trace(options: .statement) { [self] _ in
          count.wrappingAdd(1, ordering: .relaxed)
        }
      }
    }

    var value: Int { count.load(ordering: .relaxed) }
  }

  /// A store after a run that linked all users but the last ten.
  private func synced(_ fixture: Fixture) async throws -> TenantStore {
    let names = (0..<Self.userCount).map { "u\(1000 + $0)" }
    let lines = names.map { "\($0),ACME\\\($0),\($0)@acme.example" }
    let path = try fixture.write(
      "userName,windowsLogin,email\n" + lines.joined(separator: "\n"))
    let store = try fixture.open()
    if fixture.tenant.users == .store {
      _ = try await store.importUsers(
        file: path, skipInvalid: false, actor: "alice", at: Fixture.moment)
    }
    let users = try await store.users()
    let people = names.dropLast(10).enumerated().map { number, name in
      let bytes = [UInt8(number + 1)] + [UInt8](repeating: 3, count: 15)
      return Person(
        login: name, guid: ObjectGUID(bytes: bytes), mail: "\(name)@acme.example",
        state: .found, user: number, reason: .rule(index: 0, value: 0))
    }
    var plan = Fixture.plan(people, users: users)
    plan.userChanges = UserChanges(
      people.indices.map { UserChange(user: $0, row: $0, locksLogin: true) })
    plan.unclaimed = Array(people.count..<users.count)
    _ = try await store.apply(plan, run: Fixture.run(people.count))
    return store
  }

  private func change(
    _ store: TenantStore, _ action: LinkWish.Action, _ targets: [LinkTarget], reason: String? = nil
  ) async throws -> LinkChanges {
    try await LinkEditor(permit: store.permit, store: store).change(
      targets.map { LinkWish(action, $0, reason: reason) }, dryRun: false)
  }

  private static func names(_ numbers: Range<Int>) -> [String] { numbers.map { "u\(1000 + $0)" } }

  enum Naming: CaseIterable {
    case users, logins, rows

    func targets(_ names: [String], _ store: TenantStore) async throws -> [LinkTarget] {
      switch self {
      case .users: names.map(LinkTarget.user)
      case .logins: names.map { LinkTarget.login("ACME\\\($0)") }
      case .rows:
        try await store.links().filter { names.contains($0.userName) }.map { .row(.guid($0.guid)) }
      }
    }
  }

  @Test(arguments: Naming.allCases, [false, true])
  func `one more link to unlink is at most two statements (P14)`(
    naming: Naming, readsFile: Bool
  ) async throws {
    let fixture = Fixture(usersFile: readsFile)
    let store = try await synced(fixture)
    let few = try await naming.targets(Self.names(0..<20), store)
    let many = try await naming.targets(Self.names(20..<200), store)
    let count = StatementCount(store)
    _ = try await change(store, .unlink, few)
    let afterFew = count.value
    let changes = try await change(store, .unlink, many, reason: "left")
    let one = Double(count.value - afterFew - afterFew) / Double(many.count - few.count)
    #expect(one <= 2, "\(count.value) in all")
    #expect(changes.sentences.count == many.count && changes.common?.contains("180") == true)
    #expect(try await store.links().count == Self.userCount - 10 - 200)
    #expect(try await store.releases().count == 200)
  }

  @Test(arguments: [false, true])
  func `many pairs that are unlinked and allowed again are as they were (U2, U3)`(
    readsFile: Bool
  ) async throws {
    let fixture = Fixture(usersFile: readsFile)
    let store = try await synced(fixture)
    func lines() async throws -> [String] {
      try await store.users(after: nil, limit: .max).map {
        "\($0.userName) \($0.windowsLogin ?? "") \($0.isLoginLocked) \($0.link?.login ?? "")"
      }
    }
    let before = try await lines()
    let names = Self.names(5..<105)
    let targets = names.map(LinkTarget.user)
    _ = try await change(store, .unlink, targets + targets, reason: "x")
    let head = try #require(try await store.head())
    #expect(head.run.counts[.released] == 100 && head.unclaimedCount == 110)
    for name in names.prefix(3) {
      let user = try #require(try await store.user(named: name))
      #expect(user.link == nil && !user.isLoginLocked && user.hold?.actor == "alice")
    }
    let count = StatementCount(store)
    _ = try await change(
      store, .relink, Array(targets.prefix(10)) + Array(targets.prefix(10)))
    let afterFew = count.value
    _ = try await change(store, .relink, Array(targets.dropFirst(10)))
    let one = Double(count.value - afterFew - afterFew) / 80
    // The row that is looked up, the link and the user.
    #expect(one <= 3, "\(count.value) in all")
    #expect(try await lines() == before)
    #expect(try await store.releases().isEmpty)
    let after = try #require(try await store.head())
    #expect(after.run.counts[.released] == 0 && after.unclaimedCount == 10)
    #expect(after.run.counts[.linked] == 100)
    let changes = try await store.changes(before: nil, ofLogin: nil, limit: 200)
    #expect(changes.prefix(100).allSatisfy { $0.change.kind == .relinked })
    #expect(changes.suffix(100).allSatisfy { $0.change.kind == .unlinked })
  }

  @Test func `one more line of a mixed request is at most three statements (P14)`() async throws {
    let store = try await synced(fixtureOfStore)
    // Half of them are named as principals are, for whom all rows are gone through.
    func swaps(_ numbers: Range<Int>) -> [LinkWish] {
      let names = Self.names(numbers)
      return zip(names, names.dropFirst() + names.prefix(1)).enumerated().flatMap { index, pair in
        let login = index.isMultiple(of: 2) ? "\(pair.0)@acme.example" : pair.0
        return [
          LinkWish(.unlink, .login(login), reason: "reason \(index)"),
          LinkWish(.link, .login(login), userName: pair.1, reason: "other reason \(index)"),
        ]
      }
    }
    let editor = LinkEditor(permit: store.permit, store: store)
    let count = StatementCount(store)
    _ = try await editor.change(swaps(0..<20), dryRun: false)
    let afterFew = count.value
    let changes = try await editor.change(swaps(20..<200), dryRun: false)
    #expect(changes.counts == [.unlink: 180, .link: 180])
    let one = Double(count.value - afterFew - afterFew) / Double(2 * (180 - 20))
    #expect(one <= 3, "\(count.value) in all")
    let linked = try await store.links().filter { $0.login == "u1020" }
    #expect(linked.map(\.userName) == ["u1021"])
    let releases = try await store.releases()
    #expect(releases.first { $0.login == "u1025" }?.comment == "reason 5")
    let comments = try await store.changes(before: nil, ofLogin: nil, limit: 180).map(
      \.change.comment)
    #expect(Set(comments) == Set((0..<180).map { "other reason \($0)" }))
  }

  @Test func `one that cannot be unlinked keeps all from it, and is named`() async throws {
    let store = try await synced(fixtureOfStore)
    let error = await #expect(throws: LinkEditError.self) {
      _ = try await change(
        store, .unlink, [.user("u1000"), .user("u1239"), .login("nobody")])
    }
    #expect(error?.problems.count == 2)
    #expect(try await store.links().count == Self.userCount - 10)
  }

  @Test(arguments: [false, true])
  func `pairs are linked all or none, and nobody twice (U4)`(readsFile: Bool) async throws {
    let fixture = Fixture(usersFile: readsFile)
    let store = try await synced(fixture)
    _ = try await change(store, .unlink, Self.names(0..<3).map(LinkTarget.user))
    let before = try await store.links().count
    func pair(_ row: Int, _ user: Int) -> LinkWish {
      LinkWish(.link, .login("ACME\\u\(1000 + row)"), userName: "u\(1000 + user)", reason: "x")
    }
    let editor = LinkEditor(permit: store.permit, store: store)
    func problems(_ pairs: [LinkWish]) async -> Int? {
      await #expect(throws: LinkEditError.self) {
        _ = try await editor.change(pairs, dryRun: false)
      }?.problems.count
    }
    #expect(await problems([pair(0, 1), pair(1, 1)]) == 1, "a user for two")
    #expect(await problems([pair(0, 1), pair(0, 2)]) == 1, "two users for one")
    #expect(await problems([pair(0, 1), pair(1, 7), pair(8, 2)]) == 2, "taken")
    #expect(try await store.links().count == before)
    let pairs = [pair(0, 1), pair(1, 2), pair(2, 0)]
    let said = try await editor.change(pairs, dryRun: true)
    #expect(try await store.links().count == before)
    let done = try await editor.change(pairs, dryRun: false)
    #expect(said == done && done.pairs.map(\.userName) == ["u1001", "u1002", "u1000"])
    let links = try await store.links()
    #expect(links.count == before + 3)
    #expect(links.first { $0.login == "u1000" }?.userName == "u1001")
  }

  private let fixtureOfStore = Fixture()

  @Test(.sqliteOnly("the number of SQLite's statements"))
  func `users of a file are put together once for many look-ups, and anew when it changes`()
    async throws
  {
    let fixture = Fixture(usersFile: true)
    let store = try await synced(fixture)
    let path = fixture.path + ".csv"
    // What was written just now is not kept, because it may change unseen.
    let later = Int(Date().timeIntervalSince1970) + 10
    func names() async throws -> [String] {
      let users = try await store.read {
        try store.keptUsers.users(of: path, $0, now: later)
      }
      return (0..<users.count).map { users.userName(of: $0) }
    }
    let count = StatementCount(store)
    let before = try await names()
    let first = count.value
    #expect(try await names() == before)
    // The transaction and the version of the store, but no user.
    #expect(count.value - first == first - 1)
    try fixture.write("userName\nother\n")
    #expect(try await names() == ["other"])
    #expect(try await store.users(after: nil, limit: .max).map(\.userName) == ["other"])
    try fixture.write("userName,firstName\nother,Ann\n")
    #expect(try await store.user(named: "other")?.effective(.firstName) == "Ann")
  }
}
