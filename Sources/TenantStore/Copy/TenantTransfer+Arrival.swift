internal import TenantCore

/// What of a tenant is where it is to go.
extension TenantTransfer {
  enum Arrival: Sendable {
    case new
    /// What is left of it from before it moved away, which is to be replaced.
    case back
    /// A tenant of this name: another one, or what a copy left that was killed before the source was noted as moved.
    case there
  }

  /// True if a store has anything of its tenant.
  static func holdsAnything(_ database: StoreDatabase) throws -> Bool {
    try TenantTable.all.contains { try database.first($0.anyRow) != nil }
  }

  /// Looks at the target.
  ///
  /// - Throws: ``StoreError`` with code `notAvailable` for what nobody asked to replace.
  func arrival(in database: StoreDatabase) throws -> Arrival {
    if let moved = try MovedStore(in: database) {
      if replacesMoved { return .back }
      throw StoreError(
        .notAvailable,
        "\(names.target) still holds tenant '\(tenant)' as it was when it moved to \(moved.destination) at "
          + "\(moved.at)", remedy: .replaceMoved)
    }
    guard try !Self.holdsAnything(database) else { return .there }
    try TenantBeside.refuseAccess(
      of: tenant, in: places.target, database, destination: names.target)
    return .new
  }

  /// Why a tenant is not copied that the target has already.
  var there: StoreError {
    StoreError(
      .notAvailable,
      "\(names.target) has a tenant '\(tenant)' already, and not as it is in \(names.source); nothing was "
        + "copied, and what is there was left as it was")
  }

  /// Ends a copy that was killed when the target had all of the tenant and the source did not say so yet: notes that it
  /// has moved.
  ///
  /// Who writes at the target afterwards is right to do so; who wrote at either side before makes it another tenant.
  ///
  /// - Throws: ``there`` if the two are not the same to the byte.
  func end() async throws -> Summary {
    let (held, beside) = try await target.read { [self] in try tell($0, places.target) }
    var summary = try await source.write { [self] database in
      try Self.wait(in: database)
      let (summary, _) = try tell(database, places.source)
      guard summary.digest == held.digest else { throw there }
      try note(summary.digest, in: database)
      return summary
    }
    await takeAlong(whatIsNotIn: beside, &summary)
    return summary
  }

  private func tell(
    _ database: StoreDatabase, _ place: TenantBeside.Place
  ) throws -> (Summary, TenantBeside) {
    try tell(database, place) { table, digest in
      var count = 0
      digest.begin(table)
      try table.forEachRow(of: database) { row in
        digest.add(row, of: table)
        count += 1
      }
      return count
    }
  }
}
