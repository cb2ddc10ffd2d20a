import Administration
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

/// What a disk may do to a batch.
@Suite("A damaged batch is an error in words, never a trap", .timeLimit(.minutes(5)))
struct SnapshotBatchDamageTests {
  private func packed() throws -> PackedSnapshotBatch {
    var directory = RandomDirectory(seed: 7)
    while directory.users.count < 24 { directory.change(userCount: 3) }
    var reference = SnapshotReference()
    var plan = directory.plan(TenantUsers(batches: []))
    for row in plan.rows.indices { plan.rows[row].user = -1 }
    reference.run(plan, RandomDirectory.directories, links: [:])
    var builder = SnapshotBatchBuilder()
    for row in reference.rows {
      var record = row.record
      record.userID = Int64(builder.count)
      builder.append(record)
    }
    return builder.finish(domain: "ACME", firstKey: [])
  }

  /// Reads everything of a batch.
  private func read(_ packed: PackedSnapshotBatch, _ values: [[UInt8]], count: Int) throws {
    let batch = try SnapshotBatch(domain: packed.domain, count: count, .all, values)
    var bytes: [UInt8] = []
    for row in 0..<batch.count {
      let record = batch.record(row)
      _ = try? record.reason?.reason()
      batch.appendKey(of: row, domainKey: [], to: &bytes)
      batch.appendRecordID(of: row, to: &bytes)
    }
  }

  @Test("with any byte changed it is read, or refused with a remedy")
  func changed() throws {
    let packed = try packed()
    var refused = 0
    for part in packed.values.indices {
      for place in packed.values[part].indices {
        for mask in [1, 0x80, 0xFF] as [UInt8] {
          var values = packed.values
          values[part][place] ^= mask
          do { try read(packed, values, count: packed.count) } catch let error as StoreError {
            refused += 1
            #expect(error.code == .store && error.message.contains("restore the store"))
          }
        }
      }
    }
    #expect(refused > 100)
  }

  @Test("with any end missing, and with a byte too many, it is refused")
  func truncated() throws {
    let packed = try packed()
    for part in packed.values.indices {
      for count in packed.values[part].indices {
        var values = packed.values
        values[part] = Array(values[part].prefix(count))
        #expect(throws: StoreError.self) { try read(packed, values, count: packed.count) }
      }
      var values = packed.values
      values[part].append(0)
      #expect(throws: StoreError.self) { try read(packed, values, count: packed.count) }
    }
    for count in [Int.min, -1, 0, packed.count - 1, packed.count + 1, 4097, .max] {
      #expect(throws: StoreError.self) { try read(packed, packed.values, count: count) }
    }
  }

  @Test("a store with one says so, whatever reads it")
  func stored() async throws {
    let fixture = Fixture()
    let store = try await fixture.synced()
    try await store.write {
      try $0.execute(
        "UPDATE snapshot_batches SET codes = ?, names = ?, row_count = 5000",
        RowImage(.blob([0x63]), .blob([])))
    }
    let readers: [@Sendable () async throws -> Void] = [
      { _ = try await store.entries(named: try #require(LoginName("jsmith"))) },
      { try await store.forEachReviewRows { _ in } },
      { _ = try await store.ambiguities() },
      { try await store.snapshot()?.rows.forEachBatch(columns: [.status]) { _ in } },
    ]
    for read in readers {
      let error = await #expect(throws: StoreError.self) { try await read() }
      #expect(error?.message.contains("snapshot is damaged") == true)
    }
  }
}
