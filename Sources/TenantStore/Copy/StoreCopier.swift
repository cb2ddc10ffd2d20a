package import Administration
package import Authorization
internal import OperatingSystem
package import TenantCore

/// Copies tenants from one place to another, in either engine.
package struct StoreCopier: StoreCopying {
  private let source: End
  private let target: End
  private let replacesMoved: Bool

  /// One of the two places.
  private struct End: Sendable {
    /// For messages, and for what is noted; without a secret.
    let name: String
    let stores: any TenantStoreOpening
    let place: TenantBeside.Place

    init(_ location: StoreLocation, program: String) {
      name = location.description
      stores = location.stores(for: program)
      place =
        switch location {
        case .folder(let path): .folder(StateFolder(path: path))
        case .server: .database
        }
    }

    func open(_ permit: Permit, writable: Bool) async throws -> TenantStore {
      let stores = stores
      let store = try await OwnThread.run { try stores.open(permit, writable: writable) }
      guard let store = store as? TenantStore else {
        throw StoreError(.store, "the stores of \(name) cannot be copied")
      }
      return store
    }
  }

  /// Takes the two places; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - program: who copies, for whoever looks at a server's activity.
  ///   - replacesMoved: true to put a tenant in the place of what the target still has of it from before it moved
  ///     away.
  package init(
    from source: StoreLocation, to target: StoreLocation, program: String, replacesMoved: Bool
  ) {
    self.source = End(source, program: program)
    self.target = End(target, program: program)
    self.replacesMoved = replacesMoved
  }

  package func presence(of permit: Permit) async throws -> StorePresence {
    try await source.open(permit, writable: false).read { database in
      if let moved = try MovedStore(in: database) { return .moved(to: moved.destination) }
      return try TenantTransfer.holdsAnything(database) ? .present : .absent
    }
  }

  package func copy(_ permit: Permit, at moment: Timestamp) async throws -> CopiedTenant {
    try await checkSource(permit)
    let to = try await target.open(permit, writable: true)
    let transfer = TenantTransfer(
      source: try await source.open(permit, writable: true), target: to,
      places: (source.place, target.place), names: (source.name, target.name), at: moment,
      replacesMoved: replacesMoved)
    // Before anything is made; the transfer looks again.
    let arrival = try await target.open(permit, writable: false).read {
      try transfer.arrival(in: $0)
    }
    let summary = try await transfer.source.locked {
      switch arrival {
      case .new: try await to.locked { try await transfer.run() }
      // What is left of a tenant that moved away has no runs.
      case .back: try await transfer.run()
      case .there: try await transfer.end()
      }
    }
    return CopiedTenant(
      tenant: permit.tenant.name, from: source.name, to: target.name, at: moment,
      tables: summary.tables.map { CopiedTenant.Table(name: $0.name, rows: $0.rows) },
      digest: summary.digest, note: summary.note)
  }

  private func checkSource(_ permit: Permit) async throws {
    let (tenant, source) = (permit.tenant.name, source)
    try await source.open(permit, writable: false).read { database in
      try MovedStore.refuse(database, tenant: tenant)
      guard try TenantTransfer.holdsAnything(database) else {
        throw StoreError(.notAvailable, "there is no tenant '\(tenant)' in \(source.name)")
      }
    }
  }
}
