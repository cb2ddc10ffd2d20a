import TenantCore
import Testing

@Suite("Days") struct DayTests {
  @Test("reads what it writes, and only what a calendar shows")
  func text() throws {
    #expect(try #require(Day("2026-02-28")).description == "2026-02-28")
    for text in ["", "2026-02-30", "2026-2-28", "28.2.2026", "2026-02-28T00:00:00Z", "2026-13-01"] {
      #expect(Day(text) == nil, "\(text)")
    }
  }

  @Test("lasts to its last second, in UTC")
  func end() throws {
    let day = try #require(Day("2026-12-31"))
    #expect(!day.isOver(at: try #require(Timestamp("2026-12-31T23:59:59Z"))))
    #expect(day.isOver(at: try #require(Timestamp("2027-01-01T00:00:00Z"))))
    #expect(Day(of: Timestamp(secondsSince1970: -1)).description == "1969-12-31")
  }
}
