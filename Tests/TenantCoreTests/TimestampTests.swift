import Foundation
import TenantCore
import Testing

@Suite("RFC 3339 timestamps")
struct TimestampTests {
  @Test(
    "known moments are written and read",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
      (1_763_816_400, "2025-11-22T13:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
      (253_402_300_799, "9999-12-31T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    ] as [(Int64, String)])
  func known(seconds: Int64, text: String) {
    #expect(Timestamp(secondsSince1970: seconds).description == text)
    #expect(Timestamp(text)?.secondsSince1970 == seconds)
  }

  @Test("every day of four centuries is read back as it was written")
  func everyDay() {
    for day in Int64(0)..<146_097 {
      let moment = Timestamp(secondsSince1970: day * 86400 + 3723)
      #expect(Timestamp(moment.description) == moment)
    }
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "2025-11-22", "2025-13-22T13:00:00Z", "2025-11-22T13:00:00", "2025-11-22T13:00:00+",
      "abcd-11-22T13:00:00Z", "+202-11-22T13:00:00Z", "2025-+1-22T13:00:00Z",
      "2025-11-22T13:00:-1Z", "2025-11-22T24:00:00Z", "2025-11-22T23:60:00Z",
      "2025-12-31T23:59:60Z", "2026-02-31T00:00:00Z", "2026-02-29T00:00:00Z",
      "2100-02-29T00:00:00Z", "2025-04-31T00:00:00Z", "2025-00-10T00:00:00Z",
      "2025-10-00T00:00:00Z", "2025/11/22T13:00:00Z", "2025-11-22 13:00:00Z",
      "2025-11-22t13:00:00z", " 025-11-22T13:00:00Z", "2025-11-22T13:00:00Z ",
    ])
  func malformed(text: String) { #expect(Timestamp(text) == nil) }

  @Test("what RFC 3339 cannot say is the first or the last moment that it can")
  func ends() {
    #expect("\(Timestamp(secondsSince1970: .min))" == "0000-01-01T00:00:00Z")
    #expect("\(Timestamp(secondsSince1970: .max))" == "9999-12-31T23:59:59Z")
    #expect(Timestamp("0000-01-01T00:00:00Z") == Timestamp(secondsSince1970: .min))
  }

  @Test("JSON has it as a string, and a string that is no moment is an error")
  func json() throws {
    let moment = Timestamp(secondsSince1970: 951_782_400)
    let bytes = try JSONEncoder().encode([moment])
    #expect(String(decoding: bytes, as: UTF8.self) == #"["2000-02-29T00:00:00Z"]"#)
    #expect(try JSONDecoder().decode([Timestamp].self, from: bytes) == [moment])
    for text in [#"["2026-02-31T00:00:00Z"]"#, "[0]", "[null]"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([Timestamp].self, from: Data(text.utf8))
      }
    }
  }
}
