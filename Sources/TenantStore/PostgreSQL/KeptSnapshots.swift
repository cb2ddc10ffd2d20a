internal import Synchronization

/// What this host remembers of stored snapshots, so that a page of a large table does not fetch the GUIDs of all rows
/// again. Batches change in a run only: what is remembered is of one run, and forgotten when the database has a later one.
final class KeptSnapshots: Sendable {
  /// The most bytes for all tenants together: a million users are 16 MB.
  private static let most = 128 << 20

  private struct State {
    /// The one used last stands last.
    var entries: [(tenant: String, kept: KeptSnapshot)] = []
  }

  private let state = Mutex(State())

  /// What is remembered of a tenant's snapshot of a run.
  func snapshot(of tenant: String, run: String) -> KeptSnapshot {
    state.withLock { state in
      let index = state.entries.firstIndex { $0.tenant == tenant }
      let old = index.map { state.entries.remove(at: $0).kept }
      let kept = old.flatMap { $0.run == run ? $0 : nil } ?? KeptSnapshot(run: run)
      state.entries.append((tenant, kept))
      var size = state.entries.reduce(0) { $0 + $1.kept.size }
      while size > Self.most, state.entries.count > 1 {
        size -= state.entries.removeFirst().kept.size
      }
      return kept
    }
  }
}

/// What is remembered of one snapshot: where its batches lie, and the GUIDs in them.
final class KeptSnapshot: Sendable {
  private struct State {
    var index: [SnapshotIndex.Entry]?
    var anchors: [Int: [UInt8]] = [:]
  }

  /// The run's number and end.
  let run: String
  private let state = Mutex(State())

  init(run: String) { self.run = run }

  var size: Int {
    state.withLock { state in
      state.anchors.values.reduce(0) { $0 + $1.count } + 64 * (state.index?.count ?? 0)
    }
  }

  var index: [SnapshotIndex.Entry]? {
    get { state.withLock { $0.index } }
    set { state.withLock { $0.index = newValue } }
  }

  /// The GUIDs of a batch.
  subscript(range: Int) -> [UInt8]? {
    get { state.withLock { $0.anchors[range] } }
    set { state.withLock { $0.anchors[range] = newValue } }
  }
}
