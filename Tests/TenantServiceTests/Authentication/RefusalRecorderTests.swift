import Authorization
import Logging
import Synchronization
import Testing

@testable import TenantService

@Suite("Who was refused before it was known who it was (A2)", .timeLimit(.minutes(5)))
struct RefusalRecorderTests {
  private final class Audit: RefusalAudit {
    let records = Mutex<[RefusalRecord]>([])

    func record(_ refusal: RefusalRecord) { records.withLock { $0.append(refusal) } }
  }

  private let clock = FakeClock()

  @Test("a record has the address and the tenant that was asked for, if it can be one's name")
  func names() async throws {
    let audit = Audit()
    let recorder = RefusalRecorder(
      audit: audit, clock: clock.clock, logger: Logger(label: "test"))
    await recorder.record("review", tenant: "acme", address: "10.0.0.1")
    await recorder.record("review", tenant: "../x\n{}", address: "10.0.0.1")
    await recorder.record("review", tenant: "globex", address: "10.0.0.1", actor: .current())
    let records = audit.records.withLock { $0 }
    #expect(records.map(\.tenant) == ["acme", "?", "globex"])
    #expect(records[0].actor == "unknown@10.0.0.1")
    #expect(records[2].actor == Actor.current().userName)
    #expect(records.allSatisfy { $0.userID == nil })
  }

  @Test("a flood from one address does not fill the disk, and hides no other address")
  func flood() async {
    let audit = Audit()
    let recorder = RefusalRecorder(
      audit: audit, clock: clock.clock, logger: Logger(label: "test"))
    for _ in 0..<1000 { await recorder.record("review", tenant: "acme", address: "10.0.0.1") }
    await recorder.record("review", tenant: "globex", address: "10.0.0.1", actor: .current())
    await recorder.record("review", tenant: "acme", address: "10.0.0.2")
    let records = audit.records.withLock { $0 }
    #expect(records.count == RefusalRecorder.mostOfNetwork + 2)
    #expect(records[RefusalRecorder.mostOfNetwork - 1].action.contains("and more"))
    clock.advance(by: .seconds(60))
    await recorder.record("review", tenant: "acme", address: "10.0.0.1")
    #expect(audit.records.withLock { $0.count } == records.count + 1)
  }

  @Test("the addresses of one IPv6 network are one flood")
  func network() async {
    let audit = Audit()
    let recorder = RefusalRecorder(
      audit: audit, clock: clock.clock, logger: Logger(label: "test"))
    for number in 0..<1000 {
      await recorder.record(
        "review", tenant: "acme", address: "2001:db8::\(String(number, radix: 16))")
    }
    await recorder.record("review", tenant: "acme", address: "2001:db8:0:1::1")
    #expect(audit.records.withLock { $0.count } == RefusalRecorder.mostOfNetwork + 1)
  }

  @Test("however many networks ask, only so many are kept in mind")
  func manyNetworks() async {
    let audit = Audit()
    let recorder = RefusalRecorder(
      audit: audit, clock: clock.clock, logger: Logger(label: "test"))
    for number in 0..<(RefusalRecorder.mostNetworks + 1000) {
      await recorder.record(
        "review", tenant: "acme", address: "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)"
      )
    }
    #expect(
      audit.records.withLock { $0.count }
        == RefusalRecorder.mostNetworks + RefusalRecorder.mostOfNetwork)
  }
}
