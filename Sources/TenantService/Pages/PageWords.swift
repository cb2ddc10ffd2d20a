internal import Foundation
internal import PluginContract
internal import TenantCore

/// Numbers, times and foreign text as pages show them.
enum PageWords {
  /// `12,345`.
  static func count(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number))
    return String(
      digits.indices.reduce(into: "") { text, index in
        if index > 0, (digits.count - index).isMultiple(of: 3), digits[index - 1] != "-" {
          text.append(",")
        }
        text.append(digits[index])
      })
  }

  /// `1 user`, `2 users`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Foreign text, made harmless to look at.
  static func safe(_ text: String?) -> String? { text.map { DisplayText.safe($0) } }

  /// `2026-11-22 13:00 UTC`.
  static func words(of moment: Timestamp) -> String {
    let text = moment.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
  }

  /// A sentence whose times have the form of the page.
  static func sentence(_ text: String) -> String {
    let length = 20
    let bytes = Array(text.utf8)
    guard bytes.count >= length, bytes.contains(UInt8(ascii: "T")) else { return text }
    var (written, place) = ([UInt8](), 0)
    while place < bytes.count {
      if place + length <= bytes.count, bytes[place + 10] == UInt8(ascii: "T"),
        let moment = Timestamp(String(decoding: bytes[place..<place + length], as: UTF8.self))
      {
        written += words(of: moment).utf8
        place += length
      } else {
        written.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: written, as: UTF8.self)
  }

  /// `12 minutes`; a time that was set back counts as now.
  static func duration(_ seconds: Int64) -> String {
    let units: [(Int64, String)] = [(86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    let (length, name) = units.first { seconds >= $0.0 } ?? (1, "second")
    return count(Int(max(0, seconds / length)), name)
  }

  /// `1.2 s`, `85 ms`.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = duration / .milliseconds(1)
    return milliseconds < 1000
      ? "\(Int(milliseconds.rounded())) ms" : String(format: "%.1f s", milliseconds / 1000)
  }

  /// What a field of a user is called.
  static func label(_ field: TenantField) -> String {
    switch field {
    case .userName: "User name"
    case .windowsLogin: "Windows login"
    case .firstName: "First name"
    case .lastName: "Last name"
    case .employeeId: "Employee ID"
    case .email: "Email"
    }
  }

  /// True for states that a person ought to look at.
  static func needsAttention(_ state: RowState) -> Bool {
    [.linkedStale, .ambiguous, .contested, .invalid, .failed].contains(state)
  }

  /// Disabled, locked, expired, and that it is not known whether the account is enabled. That a
  /// whole directory does not tell who is locked or expired is no note for each row.
  static func flags(_ flags: AccountFlags) -> [String] {
    [
      (AccountFlags.disabled, "disabled"), (.enabledUnknown, "enabled: not known"),
      (.locked, "locked"),
      (.expired, "expired"),
    ].filter { flags.contains($0.0) }.map(\.1)
  }
}

/// What a run's numbers do not say of a whole directory, as notes above them.
enum DirectoryWarnings {
  static func values(of run: RunRecord) -> [PageWarning] {
    run.summaryFindings.map {
      PageWarning(
        tone: .warn, lead: "A directory lacks an attribute that is compared.",
        text: DisplayText.safe($0).asSentence)
    }
  }
}

extension SnapshotEntry {
  /// First and last name; nil if both are blank.
  var personName: String? {
    let names = [DirectoryAttribute.firstName, DirectoryAttribute.lastName].compactMap {
      attributes[$0]?.first
    }
    return names.isEmpty ? nil : names.joined(separator: " ")
  }
}
