import Dispatch
import Glibc
import OperatingSystem
import Synchronization
import Testing

@Suite("Threads of their own for what blocks", .timeLimit(.minutes(5)))
struct OwnThreadTests {
  private struct Mistake: Error {}

  private final class Arrivals: Sendable {
    let count = Atomic(0)
  }

  @Test("Work that blocks holds no thread of the shared pool")
  func manyAtOnce() async throws {
    let together = 64
    let arrivals = Arrivals()
    try await withThrowingTaskGroup { group in
      for _ in 0..<together {
        group.addTask {
          try await OwnThread.run {
            arrivals.count.add(1, ordering: .sequentiallyConsistent)
            // All of them block until the last is there: more than the pool has threads.
            while arrivals.count.load(ordering: .sequentiallyConsistent) < together { usleep(1000) }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("Values and errors come back")
  func results() async throws {
    #expect(try await OwnThread.run { 3 } == 3)
    await #expect(throws: Mistake.self) { try await OwnThread.run { throw Mistake() } }
  }

  @Test("Cancelling the task raises the flag of the work")
  func cancellation() async throws {
    let began = AsyncStream<Void>.makeStream()
    let task = Task {
      try await OwnThread.run { (cancellation: Cancellation) in
        began.continuation.finish()
        try cancellation.sleep(.seconds(600))
      }
    }
    for await _ in began.stream {}
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("Work without a limit of its own is given up at its deadline, or when it is cancelled")
  func deadline() async throws {
    let end = DispatchSemaphore(value: 0)
    defer { end.signal() }
    let late = try await OwnThread.run {
      try OwnThread.value(until: .now + .milliseconds(100), Cancellation()) {
        end.wait()
        return 1
      }
    }
    #expect(late == nil)
    let timely = try await OwnThread.run {
      try OwnThread.value(until: .now + .seconds(100), Cancellation()) { 1 }
    }
    #expect(timely == 1)
    await #expect(throws: CancellationError.self) {
      try await OwnThread.run {
        let cancellation = Cancellation()
        cancellation.raise()
        return try OwnThread.value(until: .now + .seconds(100), cancellation) { usleep(200_000) }
      }
    }
  }

  @Test("A thread can wait for asynchronous work, which is cancelled with it")
  func waiting() async throws {
    let value = try await OwnThread.run { try OwnThread.wait(Cancellation()) { 5 } }
    #expect(value == 5)
    await #expect(throws: Mistake.self) {
      try await OwnThread.run { try OwnThread.wait(Cancellation()) { throw Mistake() } }
    }
    let cancellation = Cancellation()
    cancellation.raise()
    await #expect(throws: CancellationError.self) {
      try await OwnThread.run {
        try OwnThread.wait(cancellation) { try await Task.sleep(for: .seconds(600)) }
      }
    }
  }

  @Test("Writing to a closed pipe is an error, and not a signal")
  func closedPipe() async throws {
    let failure = try await OwnThread.run { () -> SystemFailure? in
      signal(SIGPIPE, SIG_DFL)
      defer { signal(SIGPIPE, SIG_IGN) }
      let end = try PipeEnds().keepingWrite()
      do throws(SystemFailure) {
        try end.write([1])
        return nil
      } catch {
        return error
      }
    }
    #expect(failure == SystemFailure(number: EPIPE))
  }
}
