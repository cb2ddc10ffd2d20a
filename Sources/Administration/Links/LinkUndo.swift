internal import Authorization
internal import PluginContract
internal import TenantCore

extension TenantSession {
  /// Undoes what the actor changed last by hand with one request, all of it or nothing: what was unlinked is
  /// linked again, and what was linked is unlinked (U1 to U3). Undone twice, it is as it was.
  ///
  /// Values that a user took stay (U1), and a link that was replaced does not come back.
  ///
  /// - Parameters:
  ///   - request: the one that was looked at, as ``LinkChanges/request`` names it; nil for whichever is the last.
  ///   - reason: nil for one that names the request.
  /// - Throws: ``LinkEditError`` if anything of it is no longer free, or it is no longer the last; `notAvailable` if
  ///   there is nothing to undo.
  package func undoLinks(
    request: Int64? = nil, reason: String?, dryRun: Bool
  ) async throws -> LinkChanges {
    try await LinkEditor(permit: permit, store: try await store(writable: !dryRun))
      .undo(request: request, reason: reason, dryRun: dryRun)
  }
}

extension LinkEditor {
  /// Undoes the actor's last request, which is chosen under the tenant's lock.
  package func undo(
    request named: Int64?, reason: String?, dryRun: Bool
  ) async throws -> LinkChanges {
    let actor = permit.actor.userName
    var number: Int64?
    var changes = try await change(dryRun: dryRun) {
      let latest = try await LatestRequest(of: actor, store)
      guard let last = latest.changes.last else {
        throw Failure(
          .notAvailable, "'\(actor)' has changed no link by hand", remedy: .showHistory)
      }
      number = last.number
      try latest.check(named)
      return latest.changes.map(\.change).compactMap { change in
        change.guid.map {
          LinkWish(
            change.kind == .unlinked ? .relink : .unlink, .row(.guid($0)),
            userName: change.userName, reason: reason ?? "undoes what was done on \(change.at)")
        }
      }
    }
    changes.request = number
    return changes
  }
}

/// What an actor linked and unlinked last, in the order in which it was done. A request has one moment and leaves
/// its changes side by side: first what it unlinked, then what it linked, each directory user once. Two of one
/// second of which neither tells that it is another count as one.
private struct LatestRequest: Sendable {
  private static let kinds: Set<ChangeRecord.Kind> = [.linked, .unlinked, .relinked]

  private(set) var changes: [NumberedChange] = []
  /// What others changed by hand since, the latest first.
  private var later: [ChangeRecord] = []

  init(of actor: String, _ store: any TenantStoring) async throws {
    let partCount = 1000
    var (unlinked, linked): (Set<ObjectGUID?>, Set<ObjectGUID?>) = ([], [])
    var before: Int64?
    defer { changes.reverse() }
    repeat {
      let part = try await store.changes(before: before, ofLogin: nil, limit: partCount)
      for numbered in part {
        let change = numbered.change
        let isByHand = change.run == nil && Self.kinds.contains(change.kind)
        let isOne = isByHand && change.actor == actor
        if let first = changes.first, !isOne || change.at != first.change.at { return }
        guard isOne else {
          if isByHand { later.append(change) }
          continue
        }
        let isOfRequest =
          change.kind == .unlinked
          ? unlinked.insert(change.guid).inserted
          : unlinked.isEmpty && linked.insert(change.guid).inserted
        guard isOfRequest else { return }
        changes.append(numbered)
      }
      before = part.count == partCount ? part.last?.number : nil
    } while before != nil
  }

  /// Holds it against the request that somebody named, and against what others did since.
  ///
  /// - Throws: ``LinkEditError``
  func check(_ named: Int64?) throws {
    if let named, named != changes.last?.number {
      throw LinkEditError(all: [
        Self.problem(
          0,
          "the request \(named) is not the last one any more: it was undone, or links were "
            + "changed since"
        )
      ])
    }
    var latest: [ObjectGUID: ChangeRecord] = [:]
    var latestOfUser: [String: ChangeRecord] = [:]
    for change in later.reversed() {
      if let guid = change.guid { latest[guid] = change }
      latestOfUser[CanonicalText.of(change.userName)] = change
    }
    let problems = changes.enumerated().compactMap { wish, numbered -> LinkEditError.Problem? in
      let change = numbered.change
      let other =
        change.guid.flatMap { latest[$0] } ?? latestOfUser[CanonicalText.of(change.userName)]
      return other.map {
        Self.problem(
          wish,
          "'\($0.actor)' has changed the link of \($0.domain ?? "")\\\($0.login ?? "") or '\(change.userName)' "
            + "since, on \($0.at)")
      }
    }
    guard problems.isEmpty else { throw LinkEditError(all: problems) }
  }

  private static func problem(_ wish: Int, _ message: String) -> LinkEditError.Problem {
    LinkEditError.Problem(
      wish: wish, failure: Failure(.notAvailable, message, remedy: .showHistory))
  }
}
