import PluginContract
import TenantCore
import Testing

@testable import TenantStore

/// It needs the cluster on either engine.
@Suite("H-P1: what a first run writes of users costs no index", .timeLimit(.minutes(5)))
struct RoomForProfilesTests {
  private static let count = 3_000
  private static let acd = UserColumns.column(.email, in: .acd)

  private func pages(_ hosts: LeaseHosts) async throws -> [Int64] {
    try await hosts.pools[0].read(tenant: hosts.tenant) { database in
      try database.rows("SELECT ((ctid::text::point)[0])::bigint FROM users ORDER BY id").map {
        $0.integer(0)
      }
    }
  }

  @Test(
    "a user who gets a recording profile as large as the other one stays on the page, wherever it comes in the set"
  )
  func place() async throws {
    let hosts = try LeaseHosts()
    @Sendable func text(_ number: Int) -> String { "somebody.with.a.name.\(number)@acme.example" }
    try await hosts.pools[0].write(tenant: hosts.tenant, lease: nil) { database in
      let insert = try database.rowWriter(
        .insert(
          into: "users",
          [
            ("id", .integer), ("name_key", .text), ("user_name", .text), (Self.acd, .text),
            ("is_imported", .integer), ("is_active", .integer),
          ]))
      for number in 0..<Self.count {
        try insert.run(
          RowImage(
            .integer(Int64(number)), .text("user\(number)"), .text("user\(number)"),
            .text(text(number)), .integer(1), .integer(1)))
      }
    }
    let before = try await pages(hosts)
    #expect(before.count == Self.count && Set(before).count > 10)
    try await hosts.pools[0].write(tenant: hosts.tenant, lease: nil) { database in
      database.streamWrites()
      var writer = try UserWriter(database)
      for number in (0..<Self.count).reversed() {
        let email = FieldBytes(FieldChange(.email, old: nil, new: text(number)))
        try writer.update(Int64(number), [email], locksLogin: number.isMultiple(of: 2))
      }
    }
    #expect(try await pages(hosts) == before)
    let written = try await hosts.pools[0].read(tenant: hosts.tenant) { database in
      try database.rows(
        """
        SELECT \(UserColumns.column(.email, in: .recording)), \(UserColumns.isLoginLocked)
        FROM users ORDER BY id
        """)
    }
    #expect(written.map { $0.text(0) } == (0..<Self.count).map { text($0) })
    #expect(written.map { $0.integer(1) } == (0..<Self.count).map { $0.isMultiple(of: 2) ? 1 : 0 })
  }
}
