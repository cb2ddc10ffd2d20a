package import Authorization
internal import TenantCore

/// Links, unlinks and relinks by hand (U1 to U5): all that is named, or nothing.
package struct LinkEditor: Sendable {
  let permit: Permit
  let store: any TenantStoring

  /// Makes an editor; the store is writable unless only previews are asked for.
  package init(permit: Permit, store: any TenantStoring) {
    self.permit = permit
    self.store = store
  }

  /// Does all of a request in one transaction, its unlinks first, or nothing of it. A dry run decides the
  /// same in the same way, and writes nothing.
  ///
  /// - Throws: ``LinkEditError`` that names whatever is not there, not free, or does not go together.
  package func change(_ wishes: [LinkWish], dryRun: Bool) async throws -> LinkChanges {
    try await change(dryRun: dryRun) { wishes }
  }

  /// The same of wishes that are chosen under the tenant's lock.
  func change(
    dryRun: Bool, choosing wishes: () async throws -> [LinkWish]
  ) async throws -> LinkChanges {
    guard !dryRun else { return try await request(.now(), wishes).changes }
    return try await store.lock().whileHeld {
      let moment = Timestamp.now()
      let request = try await request(moment, wishes)
      try await store.apply(request.edits, actor: permit.actor.userName, at: moment)
      return request.changes
    }
  }

  private func request(
    _ moment: Timestamp, _ wishes: () async throws -> [LinkWish]
  ) async throws -> LinkRequest {
    try await LinkRequest(
      try await wishes(), LinkState(permit.tenant, store: store, moment: moment),
      actor: permit.actor.userName)
  }
}
