import TenantCore
import Testing

@Suite("Work in parts, and promises", .timeLimit(.minutes(2)))
struct PartitionsTests {
  @Test("pieces are answered in their order", arguments: [1, 2, 3, 7])
  func order(count: Int) async throws {
    #expect(try await Partitions(count).map(5..<15) { $0 * 2 } == (5..<15).map { $0 * 2 })
    #expect(try await Partitions(count).map(0..<0) { $0 }.isEmpty)
  }

  @Test("ranges cover everything once", arguments: [0, 1, 5, 100])
  func ranges(total: Int) {
    for count in [1, 2, 3, 7] {
      #expect(Partitions(count).ranges(of: total).flatMap(Array.init) == Array(0..<total))
    }
    #expect(Partitions(0).count == 1)
  }

  @Test("a cancelled task does not begin the next piece")
  func cancellation() async {
    let task = Task {
      try await Partitions(2).map(0..<100_000) { $0 }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("whoever waits for a promise gets its first result")
  func promise() async throws {
    let promise = Promise<Int>()
    async let early = promise.value()
    #expect(!promise.isKept)
    promise.keep(.success(4))
    promise.keep(.success(5))
    #expect(try await early == 4)
    #expect(try await promise.value() == 4)
    #expect(promise.isKept)
  }

  @Test("a cancelled task does not wait for a promise")
  func cancelledPromise() async {
    let promise = Promise<Int>()
    let task = Task { try await promise.value() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("anchors are kept as they are, and all zeros are none (M14)")
  func anchors() {
    let guids: [ObjectGUID?] = [
      nil, ObjectGUID("6093dd07-fe4a-7e3e-3b1d-0d8f11b4b073"), nil,
      ObjectGUID(bytes: [UInt8](repeating: 255, count: 16)),
    ]
    #expect(Array(AnchorColumn(guids)) == guids)
  }
}
