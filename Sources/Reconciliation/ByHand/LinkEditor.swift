public import Authorization
internal import TenantCore

/// Why a link cannot be changed by hand: the thing named is not there, or not free.
public struct LinkEditError: Error, Sendable, CustomStringConvertible {
  /// One line for each login or user name that cannot be done.
  public let problems: [String]

  /// The lines.
  public var description: String { problems.joined(separator: "\n") }
}

/// Links, unlinks and relinks by hand (U1 to U5): all that is named, or nothing.
public struct LinkEditor: Sendable {
  let permit: Permit
  let store: any TenantStoring

  /// Makes an editor; the store is writable unless only previews are asked for.
  public init(permit: Permit, store: any TenantStoring) {
    self.permit = permit
    self.store = store
  }

  /// Unlinks directory users, or tenant users whose directory user is gone.
  ///
  /// - Returns: one sentence for each.
  /// - Throws: ``LinkEditError`` if any is not there or not linked; nothing is changed then.
  public func unlink(
    logins: [String], userNames: [String], reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await edit(reason: reason, dryRun: dryRun) { state in
      try await state.each(logins: logins, userNames: userNames) { target in
        try await state.unlink(target, actor: permit.actor.userName, comment: reason)
      }
    }
  }

  /// Restores released pairs, if both are free.
  ///
  /// - Returns: one sentence for each.
  /// - Throws: ``LinkEditError`` if any pair is unknown or not free; nothing is changed then.
  public func relink(
    logins: [String], userNames: [String], reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await edit(reason: reason, dryRun: dryRun) { state in
      try await state.each(logins: logins, userNames: userNames) { try await state.relink($0) }
    }
  }

  /// Links one directory user to one tenant user; replaces a link whose directory user is deleted
  /// (U4).
  ///
  /// - Returns: sentences on what was done.
  /// - Throws: ``LinkEditError`` that names the holder where either is taken.
  public func link(
    login: String, userName: String, reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await edit(reason: reason, dryRun: dryRun) { state in
      [try await state.link(login: login, userName: userName)]
    }
  }

  private func edit(
    reason: String?, dryRun: Bool, decide: (LinkState) async throws -> [LinkState.Decision]
  ) async throws -> [String] {
    let lock = dryRun ? nil : try store.lock()
    defer { lock?.release() }
    let moment = Timestamp.now()
    let state = try await LinkState(permit.tenant, store: store, moment: moment)
    let decisions = try await decide(state)
    if !dryRun {
      try await store.apply(
        decisions.map(\.edit), actor: permit.actor.userName, at: moment, comment: reason)
    }
    return decisions.flatMap(\.sentences)
  }
}
