import Administration
import Testing

@testable import TenantService

@Suite("Which tenant runs when")
struct ScheduleTests {
  private let hour = Duration.seconds(3600)

  @Test(
    "a tenant runs an interval after its last complete run, put off by half of the tenth that it may be late"
  )
  func interval() throws {
    for number in 0..<200 {
      var schedule = Schedule(jobs: 1000)
      let tenant = "tenant-\(number)"
      schedule.add(tenant, interval: hour, lastSuccess: .zero - hour / 2, now: .zero)
      let next = try #require(schedule.tenants[tenant]?.next)
      #expect(next >= hour / 2 && next < hour / 2 + hour / 20)
    }
  }

  @Test("tenants with one interval are put off by different times, the same ones at each start")
  func jitter() {
    func nexts() -> [Duration] {
      var schedule = Schedule(jobs: 1)
      for number in 0..<100 {
        schedule.add("tenant-\(number)", interval: hour, lastSuccess: .zero, now: .zero)
      }
      return schedule.tenants.sorted { $0.key < $1.key }.map(\.value.next)
    }
    #expect(Set(nexts()).count == 100)
    #expect(nexts() == nexts())
  }

  @Test("what is due at the start is spread over a twentieth of the interval, five minutes at most")
  func spread() {
    for (interval, longest) in [
      (hour, Duration.seconds(180)), (hour * 9, .seconds(300)), (.seconds(10), .milliseconds(500)),
    ] {
      var schedule = Schedule(jobs: 1)
      for number in 0..<500 {
        schedule.add("t\(number)", interval: interval, lastSuccess: nil, now: hour)
        schedule.add("u\(number)", interval: interval, lastSuccess: .zero - hour * 9, now: hour)
      }
      let waits = schedule.tenants.values.map { $0.next - hour }
      #expect(waits.allSatisfy { $0 >= .zero && $0 < longest })
      // Both halves of the time are used.
      let early = waits.count { $0 < longest / 2 }
      #expect((250...950).contains(early))
    }
  }

  @Test("no more run at once than are allowed; who has waited longest comes first")
  func jobs() {
    var schedule = Schedule(jobs: 2)
    for number in 0..<5 {
      schedule.add("t\(number)", interval: hour, lastSuccess: nil, now: .zero)
    }
    let order = schedule.tenants.sorted { $0.value.next < $1.value.next }.map(\.key)
    #expect(schedule.begin(now: hour) == Array(order[0..<2]))
    #expect(schedule.begin(now: hour) == [])
    _ = schedule.end(order[1], .complete, freshSince: hour, now: hour)
    #expect(schedule.begin(now: hour) == [order[2]])
  }

  @Test("T1: no tenant runs twice at once, and be its file dropped and put back meanwhile")
  func once() {
    var schedule = Schedule(jobs: 9)
    schedule.add("acme", interval: .seconds(1), lastSuccess: nil, now: .zero)
    #expect(schedule.begin(now: hour) == ["acme"])
    #expect(schedule.begin(now: hour * 2) == [])
    schedule.remove("acme")
    schedule.add("acme", interval: .seconds(1), lastSuccess: nil, now: hour)
    #expect(schedule.begin(now: hour * 2) == [])
    _ = schedule.end("acme", .complete, freshSince: hour, now: hour)
    #expect(schedule.begin(now: hour * 2) == ["acme"])
  }

  @Test("what is dropped runs no more, and its run's end is no news")
  func dropped() {
    var schedule = Schedule(jobs: 1)
    schedule.add("acme", interval: hour, lastSuccess: nil, now: .zero)
    #expect(schedule.begin(now: hour) == ["acme"])
    schedule.remove("acme")
    #expect(schedule.end("acme", .failed, freshSince: hour, now: hour) == nil)
    #expect(schedule.nextMoment == nil)
    #expect(schedule.begin(now: hour * 9) == [])
  }

  @Test("the next moment is the earliest run or staleness; while all jobs are taken, no run's")
  func nextMoment() throws {
    var schedule = Schedule(jobs: 1)
    #expect(schedule.nextMoment == nil)
    schedule.add("a", interval: hour, lastSuccess: .zero, now: .zero)
    schedule.add("b", interval: hour, lastSuccess: .zero, now: .zero)
    #expect(schedule.nextMoment == schedule.tenants.values.map(\.next).min())
    _ = schedule.begin(now: hour * 2)
    #expect(schedule.nextMoment == hour * 3)
  }
}
