internal import Authorization
internal import TenantCore

extension TenantSession {
  /// Undoes what the actor changed last by hand with one request, all of it or nothing: what was unlinked is
  /// linked again, and what was linked is unlinked (U1 to U3). Undone twice, it is as it was.
  ///
  /// Values that a user took stay (U1), and a link that was replaced does not come back.
  ///
  /// - Parameter reason: nil for one that names the request.
  /// - Throws: ``LinkEditError`` if anything of it is no longer free; `notAvailable` if there is nothing to undo.
  package func undoLinks(reason: String?, dryRun: Bool) async throws -> LinkChanges {
    let actor = permit.actor.userName
    let store = try await store(writable: !dryRun)
    let request = try await Self.latestRequest(of: actor, store)
    guard let moment = request.first?.at else {
      throw Failure(.notAvailable, "'\(actor)' has changed no link by hand", remedy: .showHistory)
    }
    let wishes = request.compactMap { change -> LinkWish? in
      guard let guid = change.guid else { return nil }
      return LinkWish(
        change.kind == .unlinked ? .relink : .unlink, .row(.guid(guid)),
        userName: change.userName, reason: reason ?? "undoes what was done on \(moment)")
    }
    return try await LinkEditor(permit: permit, store: store).change(wishes, dryRun: dryRun)
  }

  /// What an actor linked and unlinked last, in the order in which it was done. A request has one moment and
  /// leaves its changes side by side: first what it unlinked, then what it linked, each directory user once. Two
  /// of one second of which neither tells that it is another count as one.
  private static func latestRequest(
    of actor: String, _ store: any TenantStoring
  ) async throws -> [ChangeRecord] {
    let kinds: Set<ChangeRecord.Kind> = [.linked, .unlinked, .relinked]
    let partCount = 1000
    var found: [ChangeRecord] = []
    var (unlinked, linked): (Set<ObjectGUID?>, Set<ObjectGUID?>) = ([], [])
    var before: Int64?
    repeat {
      let part = try await store.changes(before: before, ofLogin: nil, limit: partCount)
      for change in part.map(\.change) {
        let isOne = change.run == nil && change.actor == actor && kinds.contains(change.kind)
        if let first = found.first, !isOne || change.at != first.at { return found.reversed() }
        guard isOne else { continue }
        let isOfRequest =
          change.kind == .unlinked
          ? unlinked.insert(change.guid).inserted
          : unlinked.isEmpty && linked.insert(change.guid).inserted
        guard isOfRequest else { return found.reversed() }
        found.append(change)
      }
      before = part.count == partCount ? part.last?.number : nil
    } while before != nil
    return found.reversed()
  }
}
