import Administration
import TenantCore
import Testing

@testable import TenantStore

@Suite("The audit in the store", .timeLimit(.minutes(5))) struct HistoryTests {
  let fixture = Fixture()

  @Test(arguments: ["UPDATE changes SET actor = 'x'", "DELETE FROM changes", "DELETE FROM runs"])
  func `the audit is append-only (T5)`(sql: String) async throws {
    let store = try await fixture.synced()
    let error = await #expect(throws: StoreError.self) {
      try await store.write { try $0.execute(sql) }
    }
    #expect(error?.message.contains("append-only") == true)
  }

  @Test func `a time that cannot be read is an error in words, not another time`() async throws {
    let store = try await fixture.synced()
    try await store.write {
      try $0.execute(
        """
        INSERT INTO runs (id, outcome, actor, started_at, completed_at, message, new_links,
          updated_users, details)
        SELECT id + 1, outcome, actor, '2026-02-31T00:00:00Z', completed_at, message, new_links,
          updated_users, details FROM runs
        """)
    }
    let error = await #expect(throws: StoreError.self) {
      _ = try await store.runs(before: nil, limit: .max)
    }
    #expect(error?.code == .store && error?.message.contains("a time that cannot be read") == true)
    #expect(try await store.run(1)?.id == 1)
  }
}
