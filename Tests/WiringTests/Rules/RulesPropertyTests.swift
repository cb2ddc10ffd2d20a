import Harness
import TenantCore
import Testing

/// Random tenants and what happens to them, held against the model after every step.
@Suite("Every field of every user is what the rules say (S1–S4, U1–U5)", .timeLimit(.minutes(5)))
struct RulesPropertyTests {
  static func line(
    _ name: String, _ isActive: Bool, _ login: String?, _ isLocked: Bool,
    _ profiles: [Profile: [ProfileField: String]]
  ) -> String {
    let values = Profile.allCases.flatMap { profile in
      ProfileField.allCases.compactMap { field in
        profiles[profile]?[field].map { "\(profile).\(field)='\($0)'" }
      }
    }
    return "\(name)\(isActive ? "" : " inactive") login=\(login.map { "'\($0)'" } ?? "none")"
      + "\(isLocked ? " locked" : "") \(values.joined(separator: " "))"
  }

  private static func lines(_ model: TenantModel) -> [String] {
    let users = model.users.filter(\.value.isThere).map { name, user in
      line(
        name, user.isActive, user.windowsLogin, user.isLocked,
        [.acd: user.acd, .recording: user.recording, .override: user.override])
    }
    return (users + model.links.map { "\($0.key) is linked to \($0.value)" }).sorted()
  }

  @Test("users in the store", arguments: TestEngine.seeds(80))
  func store(seed: Int) async throws { try await live(seed, readsUsersFile: false) }

  @Test("users in a file", arguments: TestEngine.seeds(80))
  func file(seed: Int) async throws { try await live(seed, readsUsersFile: true) }

  private func live(_ seed: Int, readsUsersFile: Bool) async throws {
    var chance = Chance(seed: UInt64(seed))
    let clearsBlanks = seed.isMultiple(of: 4)
    let world = try TenantWorld(readsUsersFile: readsUsersFile, clearsBlanks: clearsBlanks)
    var model = TenantModel(readsUsersFile: readsUsersFile, clearsBlanks: clearsBlanks)
    var people = chance.people()
    var file = chance.usersFile()
    model.take(file)
    try await world.take(file)
    var story: [String] = []
    for _ in 0..<12 {
      let step = chance.step(readsUsersFile: readsUsersFile)
      switch step {
      case .run:
        people = chance.changed(people)
        _ = model.run(people)
        try await world.run(people)
      case .users:
        file = chance.changed(
          file, keeping: { readsUsersFile && !model.takenInLastRun.contains($0) })
        model.take(file)
        try await world.take(file)
      case .edit(let user, let edit):
        await expect(model.edit(user, edit)) { try await world.edit(user, edit) }
      case .link(let guid, let user):
        let login = model.rows[guid]?.login ?? "nobody"
        await expect(model.link(guid, to: user)) { try await world.link(login, to: user) }
      case .unlink(let user):
        await expect(model.unlink(user)) { try await world.unlink(user) }
      case .relink(let user):
        await expect(model.relink(user)) { try await world.relink(user) }
      }
      story.append("\(step)")
      let (found, expected) = (try await world.lines(), Self.lines(model))
      guard found == expected else {
        let difference = found.difference(from: expected).map { "\($0)" }.joined(separator: "\n")
        Issue.record("after \(story.joined(separator: "\n"))\n\(difference)")
        return
      }
      guard case .run = step else { continue }
      var next = model
      #expect(try await world.isAtRest() == !next.run(people), "\(story.joined(separator: "\n"))")
    }
  }

  private func expect(_ isAllowed: Bool, _ body: () async throws -> Void) async {
    do {
      try await body()
      #expect(isAllowed)
    } catch {
      #expect(!isAllowed, "\(error)")
    }
  }
}

/// One thing that happens to a tenant.
private enum Step {
  case run, users
  case edit(String, UserEdit)
  case link(Int, String)
  case unlink(String)
  case relink(String)
}

/// Random values, few of each so that they meet; the same for a seed every time.
struct Chance {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 977 &+ 11 }

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  private static let userCount = 7
  private static let personCount = 7

  private mutating func user() -> String { "u\(below(Self.userCount))" }

  /// Nil for a blank one.
  private mutating func value(_ field: ProfileField) -> String? {
    if below(5) == 0 { return nil }
    let number = below(6)
    return switch field {
    case .firstName: "F\(number)"
    case .lastName: "L\(number)"
    case .employeeId: "\(number + 1)"
    case .email: below(6) == 0 ? "M\(number)@X" : "m\(number)@x"
    }
  }

  private mutating func values() -> [ProfileField: String] {
    var values: [ProfileField: String] = [:]
    for field in ProfileField.allCases { values[field] = value(field) }
    return values
  }

  private mutating func windowsLogin() -> String? {
    switch below(4) {
    case 0: nil
    case 1: "acme\\P\(below(9))"
    default: "ACME\\p\(below(9))"
    }
  }

  // MARK: - The directory

  mutating func people() -> [TenantModel.Person] {
    (1...Self.personCount).map { .init(guid: $0, login: "p\($0)", values: values()) }
  }

  /// Some change, some are gone or new; no two have the same login.
  mutating func changed(_ people: [TenantModel.Person]) -> [TenantModel.Person] {
    var people = people
    for index in people.indices where below(3) == 0 {
      let field = ProfileField.allCases[below(ProfileField.allCases.count)]
      people[index].values[field] = below(8) == 0 ? "  " : value(field)
    }
    if !people.isEmpty, below(4) == 0 {
      let login = "p\(below(12))"
      let index = below(people.count)
      if !people.contains(where: { $0.login == login }) { people[index].login = login }
    }
    let guid = below(14) + 1
    var login = "p\(below(12))"
    if people.count > 2, below(5) < 2 {
      // Gone; or deleted and made anew (M15).
      let gone = people.remove(at: below(people.count))
      if below(2) == 0 { login = gone.login }
    }
    if below(3) == 0, !people.contains(where: { $0.guid == guid || $0.login == login }) {
      people.append(.init(guid: guid, login: login, values: values()))
    }
    return people
  }

  // MARK: - The users

  mutating func usersFile() -> [String: TenantModel.User] {
    var file: [String: TenantModel.User] = [:]
    for number in 0..<Self.userCount { file["u\(number)"] = row() }
    return file
  }

  private mutating func row() -> TenantModel.User {
    TenantModel.User(isActive: below(8) > 0, windowsLogin: windowsLogin(), acd: values())
  }

  /// Some rows are others; none is left out that somebody could be a candidate for (M16).
  mutating func changed(
    _ file: [String: TenantModel.User], keeping isKept: (String) -> Bool
  ) -> [String: TenantModel.User] {
    var file = file
    for number in 0..<Self.userCount where below(4) == 0 { file["u\(number)"] = row() }
    let name = user()
    if below(4) == 0, !isKept(name) { file[name] = nil }
    return file
  }

  // MARK: - What happens

  fileprivate mutating func step(readsUsersFile: Bool) -> Step {
    switch below(10) {
    case 0...3: .run
    case 4: .users
    case 5: readsUsersFile ? .users : .edit(user(), edit())
    case 6: .link(below(14) + 1, user())
    case 7, 8: .unlink(user())
    default: .relink(user())
    }
  }

  private mutating func edit() -> UserEdit {
    let field = ProfileField.allCases[below(ProfileField.allCases.count)]
    switch below(3) {
    case 0: return UserEdit(windowsLogin: windowsLogin() ?? "")
    case 1: return UserEdit(fields: [field: value(field) ?? ""])
    default: return UserEdit(isActive: below(4) > 0)
    }
  }
}
