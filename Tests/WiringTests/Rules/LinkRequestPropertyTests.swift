import Administration
import Harness
import TenantCore
import Testing

/// Random requests for changes of links in small random tenants: what the dry run says, the run does, and it is what the
/// model says of the same changes, unlinks first.
@Suite("A request is decided as one (U1–U5)", .timeLimit(.minutes(5)))
struct LinkRequestPropertyTests {
  @Test("users in the store", arguments: TestEngine.seeds(40))
  func store(seed: Int) async throws { _ = try await live(seed, readsUsersFile: false) }

  @Test("users in a file", arguments: TestEngine.seeds(20))
  func file(seed: Int) async throws { _ = try await live(seed, readsUsersFile: true) }

  @Test("of the requests some are done, and some refused")
  func both() async throws {
    var done = 0
    for seed in 100..<105 { done += try await live(seed, readsUsersFile: false) }
    #expect((5...45).contains(done), "\(done) of 50")
  }

  /// - Returns: how many requests of ten were done.
  private func live(_ seed: Int, readsUsersFile: Bool) async throws -> Int {
    var chance = Chance(seed: UInt64(seed) &+ 5000)
    let world = try TenantWorld(readsUsersFile: readsUsersFile, clearsBlanks: false)
    var model = TenantModel(readsUsersFile: readsUsersFile, clearsBlanks: false)
    var people = chance.people()
    var file = chance.usersFile()
    model.take(file)
    try await world.take(file)
    var done = 0
    for round in 0..<10 {
      if round.isMultiple(of: 3) {
        people = chance.changed(people)
        _ = model.run(people)
        try await world.run(people)
      } else if readsUsersFile, round == 5 {
        file = chance.changed(file, keeping: { !model.takenInLastRun.contains($0) })
        model.take(file)
        try await world.take(file)
      }
      let request = chance.request(of: model)
      let before = try await world.lines()
      let promised = await outcome { try await world.change(request, dryRun: true) }
      #expect(try await world.lines() == before, "a dry run writes nothing (S6)")
      let happened = await outcome { try await world.change(request, dryRun: false) }
      #expect(happened == promised, "\(request)")
      var next = model
      let isPossible = next.change(request)
      switch happened {
      case .success(let changes):
        done += 1
        #expect(isPossible, "\(request)")
        #expect(changes.counts.values.reduce(0, +) == Set(request.map(Self.key)).count)
        model = next
        #expect(try await world.links() == model.links, "\(request)")
      case .failure:
        #expect(!isPossible, "\(request): \(happened)")
        #expect(try await world.lines() == before, "all or nothing")
      }
    }
    return done
  }

  private struct Refused: Error, Equatable {
    let message: String
  }

  private func outcome(
    _ body: () async throws -> LinkChanges
  ) async -> Result<LinkChanges, Refused> {
    do { return .success(try await body()) } catch { return .failure(Refused(message: "\(error)")) }
  }

  /// Two wishes with one key are one.
  private static func key(_ wish: LinkWish) -> String {
    "\(wish.action) \(wish.target) \(wish.userName ?? "")"
  }
}

extension TenantModel {
  /// A whole request; false if any of it is refused.
  mutating func change(_ wishes: [LinkWish]) -> Bool {
    let known = releases
    var unlinked: Set<Pair> = []
    var seen: [LinkWish] = []
    let order: [LinkWish.Action] = [.unlink, .link, .relink]
    for action in order {
      for wish in wishes where wish.action == action && !seen.contains(wish) {
        seen.append(wish)
        switch (action, wish.target) {
        case (.unlink, .user(let user)):
          if let guid = links.first(where: { $0.value == user })?.key {
            unlinked.insert(Pair(guid: guid, user: user))
          }
          guard unlink(user) else { return false }
        case (.link, .login(let login)):
          guard let user = wish.userName,
            let person = rows.values.first(where: { $0.login == login }),
            !unlinked.contains(Pair(guid: person.guid, user: user)), link(person.guid, to: user)
          else { return false }
        case (.relink, .user(let user)):
          // Who is unlinked by the same request is not what may be allowed again.
          let added = releases.subtracting(known)
          releases.subtract(added)
          defer { releases.formUnion(added) }
          guard relink(user) else { return false }
        default: return false
        }
      }
    }
    return true
  }
}

extension TenantWorld {
  /// Whom each directory user is linked to.
  func links() async throws -> [Int: String] {
    var links: [Int: String] = [:]
    for line in try await lines() {
      guard let match = line.wholeMatch(of: /(\d+) is linked to (.+)/), let number = Int(match.1)
      else { continue }
      links[number] = String(match.2)
    }
    return links
  }
}

extension Chance {
  /// Up to five wishes, most of which are possible alone.
  mutating func request(of model: TenantModel) -> [LinkWish] {
    var wishes: [LinkWish] = []
    for _ in 0...below(5) {
      let (linked, released) = (model.links.values.sorted(), model.releases.map(\.user).sorted())
      switch below(4) {
      case 0:
        wishes.append(LinkWish(.unlink, .user(one(of: linked) ?? "u\(below(9))")))
      case 1 where !released.isEmpty:
        wishes.append(LinkWish(.relink, .user(one(of: released) ?? "u\(below(9))")))
      default:
        let open = model.rows.values.filter { model.links[$0.guid] == nil }.map(\.login).sorted()
        let free = model.users.keys.filter { !linked.contains($0) }.sorted()
        let user = below(4) == 0 ? one(of: linked) : one(of: free)
        wishes.append(
          LinkWish(
            .link, .login(one(of: open) ?? "p\(below(12))"), userName: user ?? "u\(below(9))"))
      }
    }
    return wishes
  }

  private mutating func one(of names: [String]) -> String? {
    names.isEmpty || below(12) == 0 ? nil : names[below(names.count)]
  }
}
