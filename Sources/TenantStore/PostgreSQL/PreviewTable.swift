package import Administration

/// The last preview of a run of each tenant, in a PostgreSQL.
package struct PreviewTable: PreviewKeeping {
  private let pool: PostgresPool

  /// Whose maker gave no sign of life for this long has ended.
  private static func isLost(_ table: String) -> String {
    "\(table).is_running = 1 AND \(table).updated < now() - make_interval(secs => 30)"
  }

  package init(_ pool: PostgresPool) { self.pool = pool }

  package func begin(
    _ content: String, of tenant: String, maker: String
  ) async throws -> Bool {
    try await pool.append(tenant: tenant) { database in
      try database.first(
        """
        INSERT INTO run_previews AS old (maker, content, is_running) VALUES (?, ?, 1)
        ON CONFLICT (tenant) DO UPDATE
          SET maker = excluded.maker, content = excluded.content, is_running = 1, updated = now()
          WHERE old.is_running = 0 OR old.maker = excluded.maker OR \(Self.isLost("old"))
        RETURNING 1
        """, RowImage(.text(maker), .text(content))) != nil
    }
  }

  package func keep(
    _ content: String, isRunning: Bool, of tenant: String, maker: String
  ) async throws {
    try await pool.append(tenant: tenant) { database in
      try database.execute(
        "UPDATE run_previews SET content = ?, is_running = ?, updated = now() WHERE maker = ?",
        RowImage(.text(content), .integer(isRunning ? 1 : 0), .text(maker)))
    }
  }

  package func preview(of tenant: String) async throws -> KeptPreview? {
    try await pool.read(tenant: tenant) { database in
      let row = try database.first(
        "SELECT content, maker FROM run_previews WHERE NOT (\(Self.isLost("run_previews")))")
      return row.map { KeptPreview(content: $0.text(0) ?? "", maker: $0.text(1) ?? "") }
    }
  }
}
