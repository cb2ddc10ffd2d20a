package import Authorization
package import TenantCore

/// Copies a tenant's store from one place to another.
package protocol StoreCopying: Sendable {
  /// Whether there is anything to copy of the permit's tenant.
  func presence(of permit: Permit) async throws -> StorePresence

  /// Copies all that the permit's tenant has, in one transaction at the target and under the tenant's lock at both, reads
  /// it back, and notes at the source that the tenant has moved. Where a copy was killed before that note, and both still
  /// hold the same, the note is all that is made.
  ///
  /// - Throws: an error that says what was left as it was: a tenant that is there already, one that has moved.
  func copy(_ permit: Permit, at moment: Timestamp) async throws -> CopiedTenant
}

/// Whether a store has a tenant.
package enum StorePresence: Sendable, Equatable {
  case absent
  case present
  /// It had; the place where the tenant went.
  case moved(to: String)
}

/// A tenant that was copied, as it was read back.
package struct CopiedTenant: Encodable, Sendable {
  /// A table, and how many rows of it the tenant has.
  package struct Table: Encodable, Sendable {
    package let name: String
    package let rows: Int

    package init(name: String, rows: Int) {
      self.name = name
      self.rows = rows
    }
  }

  package let tenant: String
  package let from: String
  package let to: String
  package let at: Timestamp
  package let tables: [Table]
  /// A SHA-256 over all rows, in the order of the tables and their keys.
  package let digest: String
  /// What is left to do, and what was taken along that changed meanwhile; nil if there is nothing to say.
  @OrNull package var note: String?

  package init(
    tenant: String, from: String, to: String, at: Timestamp, tables: [Table], digest: String,
    note: String?
  ) {
    self.note = note
    self.tenant = tenant
    self.from = from
    self.to = to
    self.at = at
    self.tables = tables
    self.digest = digest
  }

  /// Rows of all tables.
  package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
}
