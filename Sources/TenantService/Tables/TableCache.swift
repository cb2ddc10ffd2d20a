/// Keeps the indexes of tables that were looked at lately, and makes each once.
///
/// `Revision` tells whether an index still shows its table: it shows it while the table's revision
/// is equal to the one that the index was made for.
actor TableCache<Revision: Equatable & Sendable> {
  /// Which table of which tenant.
  struct Key: Hashable, Sendable {
    var tenant: String
    var table: String
  }

  /// Makes an index.
  typealias Build = @Sendable () async throws -> TableIndex

  private struct Entry {
    var revision: Revision
    var index: TableIndex
    var lastUse: UInt64
  }

  private struct Building {
    var revision: Revision
    var task: Task<TableIndex, any Error>
  }

  private let byteLimit: Int
  private var entries: [Key: Entry] = [:]
  private var buildings: [Key: Building] = [:]
  private var uses: UInt64 = 0

  /// Makes an empty cache.
  ///
  /// - Parameter byteLimit: beyond so many bytes the indexes that were not used for the longest time
  ///   are let go, but never the one that was made last.
  init(byteLimit: Int = 512 << 20) { self.byteLimit = byteLimit }

  /// The memory that the indexes hold.
  var byteCount: Int { entries.values.reduce(0) { $0 + $1.index.byteCount } }

  /// The index of a table at a revision; if it has to be made, all who ask meanwhile wait for it.
  ///
  /// Never are two indexes of one table made at once. Who asks for another revision than the one
  /// being made waits and then has its own made. A build goes on for the others, and for the next
  /// to ask, when a task that waits for it is cancelled.
  ///
  /// - Throws: what `build` throws, to all who wait for it; the next to ask tries again.
  func index(_ key: Key, revision: Revision, build: @escaping Build) async throws -> TableIndex {
    while true {
      if let index = kept(key, revision) { return index }
      guard let building = buildings[key] else { break }
      if building.revision == revision { return try await building.task.value }
      _ = await building.task.result
    }
    // No child of the task that asks, which may be cancelled: it is for all who ask.
    let task = Task {
      let result: Result<TableIndex, any Error>
      do {
        result = .success(try await build())
      } catch {
        result = .failure(error)
      }
      finish(key, revision, result)
      return try result.get()
    }
    buildings[key] = Building(revision: revision, task: task)
    return try await task.value
  }

  /// True if a table of a tenant was looked at lately.
  func holds(tenant: String) -> Bool { entries.keys.contains { $0.tenant == tenant } }

  private func kept(_ key: Key, _ revision: Revision) -> TableIndex? {
    guard let entry = entries[key], entry.revision == revision else { return nil }
    uses += 1
    entries[key]?.lastUse = uses
    return entry.index
  }

  private func finish(_ key: Key, _ revision: Revision, _ result: Result<TableIndex, any Error>) {
    buildings[key] = nil
    guard case .success(let index) = result else { return }
    uses += 1
    entries[key] = Entry(revision: revision, index: index, lastUse: uses)
    evict(butNot: key)
  }

  private func evict(butNot newest: Key) {
    while byteCount > byteLimit {
      let others = entries.filter { $0.key != newest }
      guard let oldest = others.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
      entries[oldest.key] = nil
    }
  }
}
