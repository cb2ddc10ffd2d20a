import Authorization
import Harness
import Synchronization
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("A read ends when nobody wants it any more, and never runs ahead")
struct LDAPChannelTests {
  private func endlessServer(_ asked: Counter) throws -> LDAPScriptedServer {
    try LDAPScriptedServer { request in
      asked.add()
      return [
        .send(LDAPMessages.user(request.id, 1)),
        .send(LDAPMessages.done(request.id, cookie: "\(request.search)")),
      ]
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
    _ = try await events.next()
    try await Task.sleep(for: .milliseconds(400))
    #expect(asked.value <= EventSequence.capacity + 4)
  }

  @Test("An abandoned iterator ends the read")
  func abandoned() async throws {
    let asked = Counter()
    let server = try endlessServer(asked)
    for try await _ in server.reader().users(attributes: [], at: .now()) { break }
    try await Task.sleep(for: .milliseconds(300))
    let seen = asked.value
    try await Task.sleep(for: .milliseconds(300))
    #expect(asked.value == seen)
  }

  @Test("Cancelling ends a wait for a silent server, not its timeout")
  func cancelled() async throws {
    let server = try LDAPScriptedServer { _ in [] }
    let reader = server.reader(timeout: .seconds(30))
    let task = Task {
      for try await _ in reader.users(attributes: [], at: .now()) {}
    }
    try await Task.sleep(for: .milliseconds(200))
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
