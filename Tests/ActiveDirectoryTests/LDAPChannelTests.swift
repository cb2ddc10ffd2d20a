import Administration
import Authorization
import Harness
import OperatingSystem
import Synchronization
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("A read ends when nobody needs it any more, and never runs ahead", .timeLimit(.minutes(5)))
struct LDAPChannelTests {
  private func endlessServer(_ asked: Counter) throws -> LDAPScriptedServer {
    try LDAPScriptedServer { request in
      asked.add()
      // Pages of the same users would be left after a few.
      let user = LDAPMessages.person(
        request.id, "user\(request.search)", number: request.search + 1)
      return [.send(user + LDAPMessages.done(request.id, cookie: "\(request.search)"))]
    }
  }

  private final class Counter: Sendable {
    private let number = Atomic<Int>(0)
    var value: Int { number.load(ordering: .relaxed) }
    func add() { number.add(1, ordering: .relaxed) }
  }

  @Test("A slow reader holds the server back")
  func backPressure() async throws {
    let asked = Counter()
    let server = try endlessServer(asked)
    let events = server.reader().users(attributes: [], at: .now()).makeAsyncIterator()
    for read in 1...5 {
      _ = try await events.next()
      try await wait("a full channel") {
        asked.value >= read + EventSequence.capacity ? true : nil
      }
      #expect(asked.value <= read + EventSequence.capacity + 3)
    }
  }

  @Test("An abandoned iterator ends the read")
  func abandoned() async throws {
    let asked = Counter()
    let server = try endlessServer(asked)
    for try await _ in server.reader().users(attributes: [], at: .now()) { break }
    try await wait("the end of the connection") { server.left == server.connected ? true : nil }
  }

  @Test("Cancelling ends a wait for a silent server, not its timeout")
  func cancelled() async throws {
    let asked = Counter()
    let server = try LDAPScriptedServer { _ in
      asked.add()
      return []
    }
    let reader = server.reader(timeout: .seconds(30))
    let task = Task {
      for try await _ in reader.users(attributes: [], at: .now()) {}
    }
    try await wait("a search") { asked.value > 0 ? true : nil }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("Values arrive in order, then the end")
  func order() async throws {
    let channel = BoundedChannel<Int>(capacity: 2)
    try OwnThread.start {
      channel.finish(Result { for number in 1...100 { try channel.send(number) } })
    }
    var seen: [Int] = []
    while let number = try await channel.next() { seen.append(number) }
    #expect(seen == Array(1...100))
    #expect(try await channel.next() == nil)
  }
}
