import Synchronization
import Testing

@testable import TenantService

@Suite("A cache of table indexes", .timeLimit(.minutes(5)))
struct TableIndexCacheTests {
  /// Counts, and lets those wait who are to.
  private final class Gate: Sendable {
    private struct State {
      var arrivals = 0
      var isOpen = false
      var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var arrivals: Int { state.withLock(\.arrivals) }

    func pass() async {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          state.arrivals += 1
          if !state.isOpen { state.waiting.append(continuation) }
          return state.isOpen
        }
        if goesOn { continuation.resume() }
      }
    }

    func open() {
      let waiting = state.withLock { state in
        state.isOpen = true
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume() }
    }
  }

  private struct Broken: Error {}
  private typealias Cache = TableCache<Int>
  private let key = Cache.Key(tenant: "acme", table: "review")

  private func arrived(_ count: Int, at gate: Gate) async {
    while gate.arrivals < count { await Task.yield() }
  }

  @Test("an index is made once for all who ask, and again only for another revision")
  func once() async throws {
    let cache = Cache()
    let gate = Gate()
    let key = key
    try await withThrowingTaskGroup { group in
      for _ in 0..<20 {
        group.addTask {
          try await cache.index(key, revision: 1) {
            await gate.pass()
            return try tableIndex(of: ["a"])
          }.rowCount
        }
      }
      await arrived(1, at: gate)
      gate.open()
      for try await count in group { #expect(count == 1) }
    }
    #expect(gate.arrivals == 1)
    let next = try await cache.index(key, revision: 2) { try tableIndex(of: ["a", "b"]) }
    #expect(next.rowCount == 2)
    _ = try await cache.index(key, revision: 2) { throw Broken() }
  }

  @Test("two revisions of one table are made one after the other, and each gets its own")
  func otherRevision() async throws {
    let cache = Cache()
    let gate = Gate()
    let key = key
    async let first = cache.index(key, revision: 1) {
      await gate.pass()
      return try tableIndex(of: ["a"])
    }
    await arrived(1, at: gate)
    async let second = cache.index(key, revision: 2) { try tableIndex(of: ["a", "b"]) }
    gate.open()
    #expect(try await first.rowCount == 1)
    #expect(try await second.rowCount == 2)
  }

  @Test("who waits and is cancelled does not take the index from the others")
  func cancelled() async throws {
    let cache = Cache()
    let gate = Gate()
    let key = key
    let build: Cache.Build = {
      await gate.pass()
      try Task.checkCancellation()
      return try tableIndex(of: ["a"])
    }
    let impatient = Task { try await cache.index(key, revision: 1, build: build) }
    await arrived(1, at: gate)
    async let patient = cache.index(key, revision: 1, build: build)
    impatient.cancel()
    gate.open()
    #expect(try await patient.rowCount == 1)
    #expect(gate.arrivals == 1)
  }

  @Test("a build that fails tells all who wait, and is tried again")
  func failure() async throws {
    let cache = Cache()
    _ = try await cache.index(key, revision: 1) { try tableIndex(of: ["a"]) }
    await #expect(throws: Broken.self) {
      try await cache.index(key, revision: 2) { throw Broken() }
    }
    let again = try await cache.index(key, revision: 2) { try tableIndex(of: ["a", "b"]) }
    #expect(again.rowCount == 2)
  }

  @Test("what was not used for the longest time goes first, and never what was just made")
  func eviction() async throws {
    let size = try tableIndex(of: ["a"]).byteCount
    let cache = Cache(byteLimit: size * 2 + size / 2)
    let made = Mutex<[String]>([])
    let ask = { (tenant: String) in
      _ = try await cache.index(Cache.Key(tenant: tenant, table: "t"), revision: 0) {
        made.withLock { $0.append(tenant) }
        return try tableIndex(of: ["a"])
      }
    }
    for tenant in ["a", "b", "a", "c", "a", "b"] { try await ask(tenant) }
    #expect(made.withLock { $0 } == ["a", "b", "c", "b"])

    let small = Cache(byteLimit: 0)
    for _ in 0..<2 {
      let index = try await small.index(key, revision: 0) { try tableIndex(of: ["a"]) }
      #expect(index.rowCount == 1)
    }
    #expect(await small.byteCount == size)
  }
}
