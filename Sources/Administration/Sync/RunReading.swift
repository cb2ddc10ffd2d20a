internal import Authorization
internal import PluginContract
internal import Reconciliation
internal import TenantCore

/// Reads everything that a plan is made from, and joins it on the way: the directories, each in its
/// own task, and the store beside them.
///
/// Users are indexed as soon as they are there. Keys of a directory's batch are made when it comes and
/// looked up when the index is ready; what is under way then is bounded, so that a slow processor holds
/// the directory back instead of filling the memory.
struct RunReading {
  let permit: Permit
  let directories: any DirectoryReading
  let store: any RunStoring
  let matcher: any Matcher
  let partitions: Partitions
  let progress: (@Sendable (RunProgress) -> Void)?

  struct Result: Sendable {
    var input: PlannerInput
    /// The latest complete run before this one.
    var lastRun: RunRecord?
    /// In the order of the tenant's directories.
    var reports: [ReadReport]
  }

  func read(at started: Timestamp) async throws -> Result {
    let index = Promise<UserIndex>()
    async let stored = readStore(index)
    let parts = try await readDirectories(at: started, index)
    let (basis, users) = try await stored
    var batches = parts.flatMap(\.users)
    let anchors = try await DirectoryAnchors(batches, partitions: partitions)
    for batch in batches.indices { batches[batch].forgetChangeNumbers() }
    return Result(
      input: PlannerInput(
        tenant: permit.tenant, directoryUsers: batches, matches: parts.flatMap(\.matches),
        anchors: anchors, users: basis.users, index: users, links: basis.links,
        releases: basis.releases, ambiguities: basis.ambiguities, partitions: partitions),
      lastRun: basis.lastRun, reports: parts.map(\.report))
  }

  /// Users are indexed while the rest is still read.
  private func readStore(
    _ index: Promise<UserIndex>
  ) async throws -> (RunBasis, UserIndex) {
    let users = Promise<TenantUsers>()
    async let basis = readBasis(users)
    do {
      let found = try await self.index(try await users.value())
      index.keep(.success(found))
      return (try await basis, found)
    } catch {
      index.keep(.failure(error))
      throw error
    }
  }

  private func readBasis(_ users: Promise<TenantUsers>) async throws -> RunBasis {
    do {
      return try await store.runBasis { users.keep(.success($0)) }
    } catch {
      users.keep(.failure(error))
      throw error
    }
  }

  private func index(_ users: TenantUsers) async throws -> UserIndex {
    let parts = partitions.ranges(of: users.batches.count)
    let keys = try await partitions.map(parts.indices) { part in
      try await matcher.checkedKeys(
        of: users.batches[parts[part]].lazy.map(\.records), side: .tenant, purpose: .candidates)
    }
    return try await UserIndex(
      keys.flatMap(\.self), users: users, rules: matcher.rules, partitions: partitions)
  }

  private func readDirectories(
    at started: Timestamp, _ index: Promise<UserIndex>
  ) async throws -> [DirectoryPart] {
    try await withThrowingTaskGroup(of: (Int, DirectoryPart).self) { group in
      let count = permit.tenant.directories.count
      for directory in 0..<count {
        group.addTask { (directory, try await read(directory, at: started, index)) }
      }
      var parts = [DirectoryPart?](repeating: nil, count: count)
      for try await (directory, part) in group { parts[directory] = part }
      return parts.compactMap(\.self)
    }
  }

  private func read(
    _ directory: Int, at started: Timestamp, _ index: Promise<UserIndex>
  ) async throws -> DirectoryPart {
    let phase = "reading \(permit.tenant.directories[directory].domain)"
    let events = directories.users(
      of: directory, attributes: matcher.attributes, at: started, permit: permit)
    return try await withThrowingTaskGroup(of: BatchUnderWay.self) { group in
      var matching = DirectoryMatching(matcher: matcher, index: index, partitions: partitions)
      var report: ReadReport?
      for try await event in events {
        switch event {
        case .batch(let batch):
          try await matching.add(batch, in: &group)
          progress?(RunProgress(phase: phase, count: matching.count))
        case .restarted:
          matching.restart()
        case .finished(let finished):
          report = finished
        }
      }
      // A sequence that ends without its last event was cancelled, not read to its end (T2).
      try Task.checkCancellation()
      guard var report else { throw CancellationError() }
      var (users, matches) = try await matching.finish(in: &group)
      let flags = AccountFlagsReading(permit.tenant.directories[directory])
      flags.settle(&users)
      if let finding = flags.finding(of: users) { report.findings.append(finding) }
      return DirectoryPart(users: users, matches: matches, report: report)
    }
  }
}

/// All of one directory.
private struct DirectoryPart: Sendable {
  var users: [DirectoryUserBatch]
  var matches: [BatchMatches]
  var report: ReadReport
}
