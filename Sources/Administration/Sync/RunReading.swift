internal import Authorization
internal import PluginContract
internal import Reconciliation
internal import TenantCore

/// Reads everything that a plan is made from: the directories, each in its own task, and the store
/// beside them. Keys are made while the next page is under way.
struct RunReading {
  let permit: Permit
  let directories: any DirectoryReading
  let store: any RunStoring
  let matcher: any Matcher
  let progress: (@Sendable (RunProgress) -> Void)?

  struct Result: Sendable {
    var input: PlannerInput
    /// In the order of the tenant's directories.
    var reports: [ReadReport]
  }

  private struct DirectoryPart: Sendable {
    var users: [DirectoryUserBatch] = []
    var keys: [KeyBatch] = []
    var report: ReadReport?
  }

  private struct StorePart: Sendable {
    var users: TenantUsers
    var keys: [KeyBatch]
    var links: LinkTable
    var releases: [Release]
    var ambiguities: [ObjectGUID: Reason]
  }

  func read(at started: Timestamp) async throws -> Result {
    async let stored = readStore()
    let parts = try await readDirectories(at: started)
    let store = try await stored
    return Result(
      input: PlannerInput(
        tenant: permit.tenant, directoryUsers: parts.flatMap(\.users),
        directoryKeys: parts.flatMap(\.keys), users: store.users, userKeys: store.keys,
        links: store.links, releases: store.releases,
        ambiguities: store.ambiguities),
      reports: parts.compactMap(\.report))
  }

  private func readStore() async throws -> StorePart {
    let users = try await store.users()
    let keys = try await matcher.checkedKeys(
      of: users.batches.map(\.records), side: .tenant, purpose: .candidates)
    return StorePart(
      users: users, keys: keys, links: try await store.linkTable(),
      releases: try await store.releases(),
      // Only a users file can lose somebody.
      ambiguities: permit.tenant.users == .store ? [:] : try await store.ambiguities())
  }

  private func readDirectories(at started: Timestamp) async throws -> [DirectoryPart] {
    try await withThrowingTaskGroup(of: (Int, DirectoryPart).self) { group in
      let count = permit.tenant.directories.count
      for directory in 0..<count {
        group.addTask { (directory, try await read(directory, at: started)) }
      }
      var parts = [DirectoryPart](repeating: DirectoryPart(), count: count)
      for try await (directory, part) in group { parts[directory] = part }
      return parts
    }
  }

  private func read(_ directory: Int, at started: Timestamp) async throws -> DirectoryPart {
    let phase = "reading \(permit.tenant.directories[directory].domain)"
    var part = DirectoryPart()
    var queue = KeyQueue(matcher, .directory, .candidates)
    var count = 0
    let events = directories.users(
      of: directory, attributes: matcher.attributes, at: started, permit: permit)
    for try await event in events {
      switch event {
      case .batch(let batch):
        if let keys = try await queue.add(batch.records) { part.keys.append(keys) }
        part.users.append(batch)
        count += batch.count
        progress?(RunProgress(phase: phase, count: count))
      case .restarted:
        part = DirectoryPart()
        queue = KeyQueue(matcher, .directory, .candidates)
        count = 0
      case .finished(let report):
        part.report = report
      }
    }
    while let keys = try await queue.next() { part.keys.append(keys) }
    let flags = AccountFlagsReading(permit.tenant.directories[directory])
    flags.settle(&part.users)
    if let finding = flags.finding(of: part.users) { part.report?.findings.append(finding) }
    // A sequence that ends without its last event was cancelled, not read to its end (T2).
    try Task.checkCancellation()
    guard part.report != nil else { throw CancellationError() }
    return part
  }
}
