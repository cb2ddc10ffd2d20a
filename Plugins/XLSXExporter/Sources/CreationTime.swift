internal import FoundationEssentials
internal import Glibc

/// The time that a workbook says it was made at: the run's end, because the clock would make two
/// exports of the same rows differ (R4).
enum CreationTime {
  /// The year 1980, the first that a zip archive knows; the library takes 0 for now.
  private static let earliest = 315_532_800
  /// The end of the year 9999, the last that RFC 3339 knows.
  private static let latest = 253_402_300_799

  /// Seconds since 1970 of a time as RFC 3339; the earliest if it is none.
  static func seconds(of text: String) -> time_t {
    guard let date = try? Date(text, strategy: .iso8601),
      let seconds = Int(exactly: date.timeIntervalSince1970.rounded(.down))
    else { return earliest }
    return min(max(seconds, earliest), latest)
  }
}
