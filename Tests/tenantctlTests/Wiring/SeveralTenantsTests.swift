import Synchronization
import TenantCore
import Testing

@testable import tenantctl

@Suite("Several tenants", .timeLimit(.minutes(5)))
struct SeveralTenantsTests {
  private let quiet = Notes(isQuiet: true, style: TextStyle(noColor: true))

  private func each(
    _ names: [String], jobs: Int = 1,
    _ body: @escaping @Sendable (String) async throws -> TenantAnswer
  ) async throws {
    try await SeveralTenants(names: names, jobs: jobs, notes: quiet).each(body)
  }

  @Test("All are tried, and the highest code counts", arguments: [1, 2, 8])
  func highest(jobs: Int) async throws {
    let codes: [String: Failure.Kind] = ["b": .permissionRefused, "c": .limitRefused]
    let tried = Mutex<Set<String>>([])
    let failure = await #expect(throws: Failure.self) {
      try await each(["a", "b", "c", "d"], jobs: jobs) { name in
        tried.withLock { _ = $0.insert(name) }
        return TenantAnswer(failure: codes[name].map { Failure($0, "") })
      }
    }
    #expect(failure?.kind == .permissionRefused)
    #expect(tried.withLock { $0 } == ["a", "b", "c", "d"])
  }

  @Test("No more than so many are under way at once", arguments: [1, 3])
  func bounded(jobs: Int) async throws {
    let running = Mutex((now: 0, most: 0))
    try await each((0..<12).map(String.init), jobs: jobs) { _ in
      running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      while running.withLock({ $0.most }) < jobs {
        try Task.checkCancellation()
        await Task.yield()
      }
      running.withLock { $0.now -= 1 }
      return TenantAnswer()
    }
    #expect(running.withLock { $0.most } == jobs)
  }

  @Test("The failure of a single tenant keeps its words")
  func single() async throws {
    let failure = await #expect(throws: Failure.self) {
      try await each(["a"]) { _ in throw Failure(.incomplete, "no run yet") }
    }
    #expect(failure?.message == "no run yet")
  }

  @Test("A cancelled task tries no further tenant")
  func cancelled() async throws {
    let tried = Mutex(0)
    let task = Task {
      try await each((0..<100).map(String.init)) { _ in
        tried.withLock { $0 += 1 }
        try await Task.sleep(for: .seconds(30))
        return TenantAnswer()
      }
    }
    while tried.withLock({ $0 }) == 0 { await Task.yield() }
    task.cancel()
    let failure = await #expect(throws: Failure.self) { try await task.value }
    #expect(failure?.kind == .interrupted)
    #expect(tried.withLock { $0 } == 1)
  }
}
