import TenantCore
import Testing

@Suite("States and counts")
struct StateTests {
  @Test("status is exactly one of the mission page's two words (M1)")
  func words() {
    #expect(Status.allCases.map(\.rawValue) == ["Matched", "Not Matched"])
    let matched = RowState.allCases.filter { $0.status == .matched }
    #expect(matched.map(\.rawValue) == ["linked", "linked-stale", "found"])
  }

  @Test("counts add up by state and by status")
  func counts() {
    var counts = StateCounts()
    counts.add(.linked, 3)
    counts.add(.found)
    counts.add(.invalid, 2)
    #expect(counts.total == 6)
    #expect(counts[Status.matched] == 4)
    #expect(counts[Status.notMatched] == 2)
    #expect(counts.present.map(\.state) == [.linked, .found, .invalid])
  }
}
