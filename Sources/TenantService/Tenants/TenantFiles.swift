internal import Administration
internal import Authorization
internal import Logging
internal import OperatingSystem
internal import Synchronization
internal import TenantConfig
internal import TenantCore
package import Wiring

/// The tenants of an installation's folder, for whom the running user has a role (A6).
///
/// A file that is broken keeps its last good version; a tenant whose file is gone is dropped.
package final class TenantFiles: TenantSource {
  /// The words by which a run of the service is found in the audit.
  static let action = "schedule"

  private let workbench: @Sendable () -> Workbench
  private let clock: ServiceClock
  private let memory = Mutex(Memory())

  private struct Memory {
    /// The last good versions.
    var files: [String: (file: TenantFile, version: Int)] = [:]
    /// Whose refusal was reported and audited.
    var leftOut: Set<String> = []
    var versions = 0
    /// What the files were last read with; nil before the first reading.
    var workbench: Workbench?
    /// Who waits for the first reading.
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// Names an installation; nothing is read yet.
  ///
  /// - Parameter workbench: makes one anew for each reading, so that plugins are looked for too.
  package init(workbench: @escaping @Sendable () -> Workbench, clock: ServiceClock) {
    self.workbench = workbench
    self.clock = clock
  }

  package func read() async -> Roster {
    let workbench = workbench()
    var roster = Roster()
    do {
      let files = try await OwnThread.run { try workbench.folder.loadAll() }
      keep(files, in: &roster, workbench)
    } catch {
      workbench.logger.error("no tenant file was read: \(error)")
      roster.isFolderBroken = true
    }
    let waiting = memory.withLock { memory in
      memory.workbench = workbench
      defer { memory.waiting = [] }
      return memory.waiting
    }
    for continuation in waiting { continuation.resume() }
    roster.jobs = memory.withLock(\.files).mapValues { job($0.file, $0.version, workbench) }
    return roster
  }

  /// Waits until the files were read once; before, no tenant is known.
  func firstReading() async {
    await withCheckedContinuation { continuation in
      let isOver = memory.withLock { memory in
        if memory.workbench == nil { memory.waiting.append(continuation) }
        return memory.workbench != nil
      }
      if isOver { continuation.resume() }
    }
  }

  /// A tenant that is kept fresh, as its last good file describes it, and what opens its gate; nil if
  /// there is none of this name.
  func tenant(_ name: String) -> (file: TenantFile, workbench: Workbench)? {
    memory.withLock { memory in
      guard let file = memory.files[name]?.file, let workbench = memory.workbench else {
        return nil
      }
      return (file, workbench)
    }
  }

  private func keep(
    _ files: [(name: String, result: Result<TenantFile, TenantConfigError>)],
    in roster: inout Roster,
    _ workbench: Workbench
  ) {
    for (name, result) in files {
      switch result {
      case .success(let file): take(file, workbench)
      case .failure(let error) where workbench.isHidden(error): leaveOut(name, workbench)
      case .failure(let error):
        roster.broken.insert(name)
        let isKept = memory.withLock { $0.files[name] != nil }
        workbench.logger.error(
          "the tenant file is broken\(isKept ? "; its last good version stays" : ""): \(error)",
          metadata: ["tenant": "\(name)"])
      }
    }
    let names = Set(files.map(\.name))
    memory.withLock { memory in
      memory.files = memory.files.filter { names.contains($0.key) }
      memory.leftOut.formIntersection(names)
    }
  }

  private func take(_ file: TenantFile, _ workbench: Workbench) {
    let name = file.tenant.name
    guard workbench.mayAdminister(file) else { return leaveOut(name, workbench) }
    memory.withLock { memory in
      memory.leftOut.remove(name)
      if memory.files[name]?.file == file { return }
      memory.versions += 1
      memory.files[name] = (file, memory.versions)
    }
  }

  /// The refusal is audited as any other, once and not at each reading.
  private func leaveOut(_ name: String, _ workbench: Workbench) {
    let isNews = memory.withLock { memory in
      memory.files[name] = nil
      return memory.leftOut.insert(name).inserted
    }
    guard isNews else { return }
    do {
      _ = try workbench.session(name, action: Self.action)
    } catch {
      workbench.logger.warning("the tenant is left out: \(error)", metadata: ["tenant": "\(name)"])
    }
  }

  private func job(_ file: TenantFile, _ version: Int, _ workbench: Workbench) -> TenantJob {
    let date = clock.date
    return TenantJob(
      interval: file.tenant.synchronization.interval, version: version,
      lastCompleteRun: {
        try await workbench.session(file, action: Self.action).lastCompleteRun()
      },
      refresh: { sign in
        do {
          let session = try workbench.session(file, action: Self.action)
          return await session.refresh(at: date()) { sign(RunSign($0)) }
        } catch {
          return .stopped(by: error)
        }
      })
  }
}
