import Administration
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

/// The history of a run that links and changes thousands, packed on any number of threads.
@Suite(.timeLimit(.minutes(5))) struct PlanChangesTests {
  /// More than two batches of new links, and more than one of updates behind them.
  private static let userCount = 4000

  private static let content = [
    "SELECT id, kind, run, at, actor, user_name, packed FROM changes",
    """
    SELECT user_id, guid, run, domain, parent, reason, login, reason_value, reason_canonical,
      reason_candidates, reason_detail FROM link_rows
    """,
    "SELECT id, name_key, windows_login, is_login_locked, recording_email FROM users",
  ]

  private func store(_ fixture: Fixture, partitions: Int) async throws -> TenantStore {
    let lines = (0..<Self.userCount).map { "u\(10000 + $0),,u\($0)@old.example" }
    let path = try fixture.write("userName,windowsLogin,email\n" + lines.joined(separator: "\n"))
    let store = try fixture.open()
    _ = try await store.importUsers(
      file: path, skipInvalid: false, actor: "alice", at: Fixture.moment)
    return TenantStore(permit: store.permit, engine: store.engine, partitions: partitions)
  }

  /// Two thirds are linked, and three quarters take a mail.
  private func plan(_ users: TenantUsers) -> Plan {
    let people = (0..<Self.userCount).map { number in
      let isNew = number % 3 != 0
      let bytes = [UInt8(number & 0xFF), UInt8(number >> 8)] + [UInt8](repeating: 7, count: 14)
      return Person(
        login: "u\(10000 + number)", guid: ObjectGUID(bytes: bytes),
        mail: "u\(number)@acme.example",
        state: isNew ? .found : .linked, user: number,
        reason: isNew ? .rule(index: 0, value: 0) : .kept)
    }
    var plan = Fixture.plan(people, users: users)
    plan.userChanges = UserChanges(
      people.indices.filter { $0 % 4 != 1 }.map { number in
        UserChange(
          user: number, row: number,
          recording: [
            FieldChange(.email, old: "u\(number)@old.example", new: "u\(number)@acme.example")
          ], locksLogin: number % 5 == 0)
      })
    return plan
  }

  /// First what links, with the fields; then what else changes, each in the order of the plan (T5).
  private func expected(_ plan: Plan) -> [String] {
    var changes = Dictionary(
      plan.userChanges.map { ($0.user, $0.recording) }, uniquingKeysWith: { first, _ in first })
    let linked = plan.newLinks.map { row in
      let user = Int(plan.rows[row].user)
      return text(.linked, plan.users.userName(of: user), changes.removeValue(forKey: user) ?? [])
    }
    return linked
      + changes.sorted { $0.key < $1.key }.map {
        text(.updated, plan.users.userName(of: $0.key), $0.value)
      }
  }

  private func text(_ kind: ChangeRecord.Kind, _ name: String, _ fields: [FieldChange]) -> String {
    "\(kind) \(name) \(fields.map { "\($0.field) \($0.old ?? "-") \($0.new ?? "-")" })"
  }

  @Test(arguments: [1, 2, 5])
  func `the history tells each change once, in the order of the plan (T5)`(partitions: Int)
    async throws
  {
    let fixture = Fixture()
    let store = try await store(fixture, partitions: partitions)
    let plan = plan(try await store.users())
    _ = try await store.apply(plan, run: Fixture.run(plan.rows.count))
    let changes = try await store.changes(before: nil, ofLogin: nil, limit: .max).reversed()
      .filter { $0.change.kind != .imported }
    #expect(
      changes.map { text($0.change.kind, $0.change.userName, $0.change.fields) } == expected(plan))
    #expect(
      changes.map(\.number)
        == Array(Int64(Self.userCount + 1)..<Int64(Self.userCount + 1 + changes.count)))
    #expect(changes.allSatisfy { $0.change.domain == "ACME" && $0.change.guid != nil })
  }

  @Test(arguments: [2, 5])
  func `what is stored is the same bytes, however many threads pack it`(partitions: Int)
    async throws
  {
    var stored: [[String]] = []
    for partitions in [1, partitions] {
      let fixture = Fixture()
      let store = try await store(fixture, partitions: partitions)
      let plan = plan(try await store.users())
      _ = try await store.apply(plan, run: Fixture.run(plan.rows.count))
      stored.append(
        try await store.read { database in
          try Self.content.flatMap { query in
            try database.rows("\(query) ORDER BY 1").map { "\($0.bytes) \($0.cells)" }
          }
        })
    }
    #expect(stored[0] == stored[1])
  }

  @Test
  func `a plan that links nobody is refused, and nothing is written (T4)`() async throws {
    let fixture = Fixture()
    let store = try await store(fixture, partitions: 2)
    var plan = plan(try await store.users())
    plan.rows[plan.newLinks[0]].user = -1
    await #expect(throws: StoreError.self) {
      _ = try await store.apply(plan, run: Fixture.run(plan.rows.count))
    }
    #expect(try await store.links().isEmpty)
  }
}
