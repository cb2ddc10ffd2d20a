import Administration
import Harness
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

/// Imports against a model that keeps users in a dictionary and compares texts.
@Suite(.timeLimit(.minutes(5))) struct UserImportTests {
  private struct User: Equatable {
    var name: String
    var isActive = true
    var values: [TenantField: String] = [:]
  }

  private static let fields = TenantField.allCases.filter { $0 != .userName }

  /// A users file as rows: the values of some fields, and whether the user is active, if it says so.
  private struct File {
    var fields: [TenantField]
    var hasActive: Bool
    var users: [User]

    var text: String {
      let header = ["userName"] + fields.map(\.rawValue) + (hasActive ? ["active"] : [])
      let lines = users.map { user in
        ([user.name] + fields.map { user.values[$0] ?? "" }
          + (hasActive ? [user.isActive ? "" : "false"] : [])).joined(separator: ",")
      }
      return ([header.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    init(_ random: inout SeededGenerator) {
      fields = UserImportTests.fields.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
      hasActive = Bool.random(using: &random)
      let names = ["ada", "Ada", "BOB", "bob", "Çelik", "çelik", "zoë"]
      var keys: Set<String> = []
      users = []
      for name in names.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))
      where keys.insert(CanonicalText.of(name)).inserted {
        var user = User(name: name)
        user.isActive = !hasActive || Bool.random(using: &random)
        for field in fields {
          let texts = [nil, "a@x", "A@X", "ä", "b"]
          user.values[field] = texts.randomElement(using: &random) ?? nil
        }
        users.append(user)
      }
    }
  }

  /// What an import does, the slow way.
  private static func apply(
    _ file: File, to users: inout [String: User]
  ) -> (report: ImportReport, changes: [String: [FieldChange]]) {
    var report = ImportReport()
    var changes: [String: [FieldChange]] = [:]
    for row in file.users {
      let key = CanonicalText.of(row.name)
      let old = users[key]
      var new = old ?? User(name: row.name)
      new.name = row.name
      if file.hasActive { new.isActive = row.isActive }
      for field in file.fields { new.values[field] = row.values[field] }
      users[key] = new
      if old == new {
        report.unchanged += 1
        continue
      }
      if old == nil { report.added += 1 } else { report.updated += 1 }
      let names = [FieldChange(.userName, old: old?.name, new: new.name)]
      changes[new.name] =
        (names
        + fields.map {
          FieldChange($0, old: old?.values[$0], new: new.values[$0])
        }).filter { $0.old != $0.new }
    }
    return (report, changes)
  }

  private static func duplicates(_ users: [String: User]) -> Int {
    DuplicateValues.fields.reduce(0) { count, field in
      let values = users.values.compactMap { $0.values[field] }.map(CanonicalText.of)
      return count + Dictionary(grouping: values) { $0 }.count { $0.value.count > 1 }
    }
  }

  @Test(arguments: TestEngine.seeds(40))
  func `imports one after the other leave what the model has (S3, S4, T5)`(
    seed: Int
  ) async throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let fixture = Fixture()
    let store = try fixture.open()
    var users: [String: User] = [:]
    for _ in 0..<5 {
      let file = File(&random)
      let before = try await store.revision().change
      let found = try await store.importUsers(
        file: try fixture.write(file.text), skipInvalid: false, actor: "alice",
        at: Fixture.moment)
      let expected = Self.apply(file, to: &users)
      #expect(
        [found.added, found.updated, found.unchanged]
          == [expected.report.added, expected.report.updated, expected.report.unchanged])
      #expect(found.findings.count == Self.duplicates(users))
      let stored = try await store.users(after: nil, limit: .max).map { user in
        User(
          name: user.userName, isActive: user.isActive,
          values: Dictionary(
            uniqueKeysWithValues: Self.fields.compactMap { field in
              Self.value(field, of: user).map { (field, $0) }
            }))
      }
      #expect(
        stored == users.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value))
      let changes = try await store.changes(before: nil, ofLogin: nil, limit: .max)
        .filter { $0.number > before }.map(\.change)
      #expect(
        Dictionary(uniqueKeysWithValues: changes.map { ($0.userName, $0.fields) })
          == expected.changes)
      #expect(changes.allSatisfy { $0.kind == .imported && $0.run == nil })
    }
  }

  private static func value(_ field: TenantField, of user: UserDetail) -> String? {
    field == .windowsLogin
      ? user.windowsLogin
      : ProfileField.allCases.first { $0.tenantField == field }.flatMap { user.effective($0) }
  }

  @Test func `the same file again writes nothing (S3)`() async throws {
    let fixture = Fixture()
    let store = try await fixture.imported()
    let before = try await WrittenRows(store)
    let again = try await store.importUsers(
      file: try fixture.write(Fixture.usersCSV), skipInvalid: false, actor: "alice",
      at: Fixture.moment)
    #expect(again == ImportReport(unchanged: 3))
    #expect(try await before.count(store) == 0)
  }

  @Test func `a link's reason names the user as it was called at the time of linking`() async throws
  {
    let fixture = Fixture()
    let store = try await fixture.synced()
    _ = try await store.importUsers(
      file: try fixture.write("userName\nJSMITH\n"), skipInvalid: false, actor: "alice",
      at: Fixture.moment)
    #expect(try await store.links().map(\.userName) == ["JSMITH"])
    let guid = try Fixture.guid(1)
    #expect(try await store.linkReasons(of: [guid])[guid]?.candidates == ["jsmith"])
  }
}
