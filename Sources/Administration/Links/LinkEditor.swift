package import Authorization
package import TenantCore

/// Why a link cannot be changed by hand: the thing named is not there, or not free.
package struct LinkEditError: Error, Sendable, CustomStringConvertible {
  /// One for each login or user name that cannot be done.
  package let problems: [Failure]

  /// A line for each.
  package var description: String { problems.map(\.message).joined(separator: "\n") }
}

extension LinkEditError: ClassifiedError {
  package var failure: Failure {
    let remedies = Set(problems.map(\.remedy))
    return Failure(
      .notAvailable, description, remedy: remedies.count == 1 ? problems.first?.remedy : nil)
  }
}

/// Whom a change of links is about.
package enum LinkTarget: Sendable, Equatable {
  /// A directory user: `login` or `DOMAIN\login`, in any case.
  case login(String)
  /// A tenant user, for links whose directory user is gone.
  case user(String)
  /// A row of the snapshot.
  case row(RowKey)
}

/// Links, unlinks and relinks by hand (U1 to U5): all that is named, or nothing.
package struct LinkEditor: Sendable {
  let permit: Permit
  let store: any TenantStoring

  /// Makes an editor; the store is writable unless only previews are asked for.
  package init(permit: Permit, store: any TenantStoring) {
    self.permit = permit
    self.store = store
  }

  /// Unlinks directory users, or tenant users whose directory user is gone.
  ///
  /// - Returns: one sentence for each.
  /// - Throws: ``LinkEditError`` if any is not there or not linked; nothing is changed then.
  package func unlink(
    _ targets: [LinkTarget], reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await edit(reason: reason, dryRun: dryRun) { state in
      try await state.unlink(targets, actor: permit.actor.userName, comment: reason)
    }
  }

  /// Restores released pairs, if both are free.
  ///
  /// - Returns: one sentence for each.
  /// - Throws: ``LinkEditError`` if any pair is unknown or not free; nothing is changed then.
  package func relink(
    _ targets: [LinkTarget], reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await edit(reason: reason, dryRun: dryRun) { state in
      try await state.relink(targets)
    }
  }

  /// Links one directory user to one tenant user; replaces a link whose directory user is deleted
  /// (U4).
  ///
  /// - Parameter target: a directory user that has a row.
  /// - Returns: sentences on what was done.
  /// - Throws: ``LinkEditError`` that names the holder where either is taken.
  package func link(
    _ target: LinkTarget, to userName: String, reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await edit(reason: reason, dryRun: dryRun) { state in
      try await state.link(target, to: userName)
    }
  }

  private func edit(
    reason: String?, dryRun: Bool, decide: (inout LinkState) async throws -> [LinkState.Decision]
  ) async throws -> [String] {
    let lock = dryRun ? nil : try await store.lock()
    defer { lock?.release() }
    let moment = Timestamp.now()
    var state = LinkState(permit.tenant, store: store, moment: moment)
    let decisions = try await decide(&state)
    if !dryRun {
      try await store.apply(
        decisions.map(\.edit), actor: permit.actor.userName, at: moment, comment: reason)
      await StandingCount(store: store).keep(at: moment)
    }
    return decisions.flatMap(\.sentences)
  }
}
