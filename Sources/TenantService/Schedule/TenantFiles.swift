package import Administration
internal import Authorization
internal import Logging
internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// The tenants of an installation's folder, for whom the running user has a role (A6).
///
/// A file that is broken keeps its last good version; a tenant whose file is gone is dropped.
package final class TenantFiles: TenantSource {
  /// The words by which a run of the service is found in the audit.
  static let action = "schedule"

  private let registry: @Sendable () -> TenantRegistry
  private let clock: ServiceClock
  /// True if other hosts may run the same tenants.
  private let isShared: Bool
  private let memory = Mutex(Memory())

  private struct Memory {
    /// The last good versions.
    var files: [String: (file: TenantFile, version: Int)] = [:]
    /// What is wrong with files now.
    var broken: [String: TenantFileRefusal] = [:]
    /// Whose refusal was reported and audited.
    var leftOut: Set<String> = []
    var versions = 0
    /// What the files were last read with; nil before the first reading.
    var registry: TenantRegistry?
    /// Who waits for the first reading.
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// Names an installation; nothing is read yet.
  ///
  /// - Parameters:
  ///   - registry: makes a new one for each reading, so that plugins are looked for too.
  ///   - isShared: true if other hosts may run the same tenants.
  package init(
    registry: @escaping @Sendable () -> TenantRegistry, clock: ServiceClock, isShared: Bool = false
  ) {
    self.registry = registry
    self.clock = clock
    self.isShared = isShared
  }

  package func read() async -> Roster {
    let registry = registry()
    var roster = Roster()
    do {
      let files = try await OwnThread.run { try registry.allFiles() }
      await keep(files, in: &roster, registry)
    } catch {
      registry.logger.error("no tenant file was read: \(error)")
      roster.isFolderBroken = true
    }
    let waiting = memory.withLock { memory in
      memory.registry = registry
      defer { memory.waiting = [] }
      return memory.waiting
    }
    for continuation in waiting { continuation.resume() }
    roster.jobs = memory.withLock(\.files).mapValues { job($0.file, $0.version, registry) }
    return roster
  }

  /// Waits until the files were read once; before, no tenant is known.
  func firstReading() async {
    await withCheckedContinuation { continuation in
      let isOver = memory.withLock { memory in
        if memory.registry == nil { memory.waiting.append(continuation) }
        return memory.registry != nil
      }
      if isOver { continuation.resume() }
    }
  }

  /// A tenant that the service runs, as its last good file describes it, and its policy; nil if
  /// there is none of this name.
  func tenant(_ name: String) -> (file: TenantFile, registry: TenantRegistry)? {
    memory.withLock { memory in
      guard let file = memory.files[name]?.file, let registry = memory.registry else {
        return nil
      }
      return (file, registry)
    }
  }

  /// The names of the tenants that the service runs, in order.
  var names: [String] { memory.withLock { $0.files.keys.sorted() } }

  /// Who has which roles in the tenants that the service runs.
  var policies: [AccessPolicy] { memory.withLock { $0.files.values.map(\.file.access) } }

  /// The tenants that somebody may administer, to be looked at, in order; and what looks.
  func overview(as actor: Actor) -> (entries: [OverviewEntry], registry: TenantRegistry)? {
    memory.withLock { memory in
      guard let registry = memory.registry else { return nil }
      let good = memory.files.sorted { $0.key < $1.key }.compactMap { name, known in
        registry.mayAdminister(known.file, as: actor)
          ? OverviewEntry(
            name: name, file: known.file, refusal: memory.broken[name], actor: actor) : nil
      }
      // A file that was broken when the service began has no good version.
      let others = memory.broken.filter { memory.files[$0.key] == nil }
        .filter { registry.mayKnow(of: $0.value, tenant: $0.key, actor) }
        .map { OverviewEntry(name: $0.key, file: nil, refusal: $0.value, actor: actor) }
      return (good + others, registry)
    }
  }

  /// A session of the service's own account; nil if there is no tenant of this name.
  func session(of name: String) async throws -> TenantSession? {
    guard let found = tenant(name) else { return nil }
    return try await found.registry.session(found.file, action: Self.action)
  }

  private func keep(
    _ files: [TenantFileEntry], in roster: inout Roster, _ registry: TenantRegistry
  ) async {
    var broken: [String: TenantFileRefusal] = [:]
    for entry in files {
      let name = entry.name
      switch entry.file {
      case .success(let file): await take(file, registry)
      case .failure(let refusal) where refusal.isHidden: await leaveOut(name, registry)
      case .failure(let refusal):
        roster.broken.insert(name)
        broken[name] = refusal
        let isKept = memory.withLock { $0.files[name] != nil }
        registry.logger.error(
          "the tenant file is broken\(isKept ? "; the last good one stays in use" : ""): \(refusal)",
          metadata: ["tenant": "\(name)"])
      }
    }
    let names = Set(files.map(\.name))
    memory.withLock { [broken] memory in
      memory.files = memory.files.filter { names.contains($0.key) }
      memory.broken = broken
      memory.leftOut.formIntersection(names)
    }
  }

  private func take(_ file: TenantFile, _ registry: TenantRegistry) async {
    let name = file.tenant.name
    guard registry.mayAdminister(file) else { return await leaveOut(name, registry) }
    memory.withLock { memory in
      memory.leftOut.remove(name)
      if memory.files[name]?.file == file { return }
      memory.versions += 1
      memory.files[name] = (file, memory.versions)
    }
  }

  /// The refusal is audited as any other, once and not at each reading.
  private func leaveOut(_ name: String, _ registry: TenantRegistry) async {
    let isNews = memory.withLock { memory in
      memory.files[name] = nil
      return memory.leftOut.insert(name).inserted
    }
    guard isNews else { return }
    do {
      _ = try await registry.session(name, action: Self.action)
    } catch {
      registry.logger.warning("the tenant is left out: \(error)", metadata: ["tenant": "\(name)"])
    }
  }

  private func job(_ file: TenantFile, _ version: Int, _ registry: TenantRegistry) -> TenantJob {
    let date = clock.date
    let noteTold: @Sendable (String?) async throws -> Bool? = { trouble in
      try await registry.session(file, action: Self.action).noteTold(trouble)
    }
    return TenantJob(
      interval: file.tenant.synchronization.interval, version: version,
      lastRuns: {
        let session = try await registry.session(file, action: Self.action)
        let times = try await session.turnTimes()
        guard let head = try await session.head() else {
          return LastRuns(latest: try await session.runs(limit: 1).first, times: times)
        }
        return LastRuns(
          complete: head.run, latest: head.lastFailure ?? head.run, times: times)
      },
      refresh: { sign in
        do {
          let session = try await registry.session(file, action: Self.action)
          return await session.refresh(at: date()) { sign(RunSign($0)) }
        } catch {
          return .stopped(by: error)
        }
      },
      noteTold: isShared ? noteTold : nil)
  }
}
