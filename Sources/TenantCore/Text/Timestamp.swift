#if canImport(Glibc)
  import Glibc
#endif

/// A moment, to the second, written as RFC 3339 in UTC: `2026-11-22T13:00:00Z`.
///
/// It lies in the years 0 to 9999, which RFC 3339 can say: what is made from seconds beyond them is the
/// first or the last such moment.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  package let secondsSince1970: Int64

  /// Makes a moment from seconds.
  package init(secondsSince1970 seconds: Int64) {
    secondsSince1970 = min(max(seconds, Self.first), Self.last)
  }

  /// Reads exactly the form that ``description`` writes, and only what a calendar and a clock show:
  /// no 31 February, no hour 24, no second 60.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.form.count,
      zip(bytes, Self.form).allSatisfy({ byte, form in
        form == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == form
      })
    else { return nil }
    func number(_ range: Range<Int>) -> Int64 {
      bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    self.init(
      date: (number(0..<4), number(5..<7), number(8..<10)),
      time: (number(11..<13), number(14..<16), number(17..<19)))
  }

  /// Takes what a calendar and a clock show in UTC, nil for what neither does.
  package init?(
    date: (year: Int64, month: Int64, day: Int64), time: (hour: Int64, minute: Int64, second: Int64)
  ) {
    guard (0...9999).contains(date.year), (1...12).contains(date.month),
      (1...31).contains(date.day), (0..<24).contains(time.hour), (0..<60).contains(time.minute),
      (0..<60).contains(time.second)
    else { return nil }
    let days = Self.days(year: date.year, month: date.month, day: date.day)
    // A day that its month does not have is counted into the next.
    guard Self.civil(days: days) == date else { return nil }
    secondsSince1970 = days * 86400 + time.hour * 3600 + time.minute * 60 + time.second
  }

  /// The moment of the call.
  package static func now() -> Timestamp { Timestamp(secondsSince1970: Int64(time(nil))) }

  /// The RFC 3339 form.
  package var description: String {
    let seconds = secondsSince1970 - Self.first
    let time = seconds % 86400
    let date = Self.civil(days: seconds / 86400 + Self.first / 86400)
    var bytes = Self.form
    func write(_ number: Int64, _ range: Range<Int>) {
      var rest = number
      for place in range.reversed() {
        bytes[place] = 0x30 + UInt8(rest % 10)
        rest /= 10
      }
    }
    write(date.year, 0..<4)
    write(date.month, 5..<7)
    write(date.day, 8..<10)
    write(time / 3600, 11..<13)
    write(time / 60 % 60, 14..<16)
    write(time % 60, 17..<19)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// By time.
  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.secondsSince1970 < right.secondsSince1970
  }

  // MARK: - The calendar

  private static let form = Array("0000-00-00T00:00:00Z".utf8)
  /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
  private static let (first, last): (Int64, Int64) = (-62_167_219_200, 253_402_300_799)

  /// Days since 1970 of a date in the proleptic Gregorian calendar, in which a year of the
  /// computation begins in March so that the leap day is its last.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
  }

  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719468
    let era = (shifted >= 0 ? shifted : shifted - 146096) / 146097
    let dayOfEra = shifted - era * 146097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

/// In JSON it is a string, in RFC 3339.
extension Timestamp: Codable {
  /// Reads what ``encode(to:)`` writes, and throws on a string that is no moment.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let moment = Timestamp(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a moment is written as 2026-11-22T13:00:00Z")
    }
    self = moment
  }

  /// Writes the RFC 3339 form.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
