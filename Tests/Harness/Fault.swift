import Foundation
import Synchronization

/// A fault that a test makes, for the table of faults: what was tried, how it ended, and which test
/// shows it.
///
/// Written as lines of JSON to the file that `TENANTCTL_FAULT_RECORDS` names, if it names one; from
/// them `Scripts/fault-table` makes the table. A test makes the value before it tries, and calls
/// ``survived(_:lostNothing:)`` when it knows how that ended.
package struct Fault: Sendable {
  /// What fails.
  package enum Place: String, Codable, Sendable {
    case directory, data, machine, service, hosts, attack, plugin, secret
  }

  private let place: Place
  private let what: String
  private let test: String

  /// Notes that a fault is tried.
  ///
  /// - Parameters:
  ///   - what: the fault in a few words: "drop after page 2".
  ///   - file: the test file, whose name the table gives with the test's.
  package init(
    _ place: Place, _ what: String, file: String = #fileID, test: String = #function
  ) {
    self.place = place
    self.what = what
    let suite = file.split(separator: "/").last?.split(separator: ".").first ?? ""
    self.test = "\(suite).\(test.prefix { $0 != "(" })"
    Self.write(Line(place: place, fault: what, test: self.test, outcome: nil, lostNothing: nil))
  }

  /// Notes how it ended, after the test has seen that this is the right end.
  ///
  /// - Parameters:
  ///   - outcome: exit code or status and what is seen: "exit 75, no rows shown as gone".
  ///   - lostNothing: that the store, the links and the audit were found whole.
  package func survived(_ outcome: String, lostNothing: Bool = true) {
    Self.write(
      Line(place: place, fault: what, test: test, outcome: outcome, lostNothing: lostNothing))
  }

  private struct Line: Encodable {
    var place: Place
    var fault: String
    var test: String
    var outcome: String?
    var lostNothing: Bool?
  }

  private static let turn = Mutex(())

  private static func write(_ line: Line) {
    guard let path = ProcessInfo.processInfo.environment["TENANTCTL_FAULT_RECORDS"],
      let text = try? JSONEncoder().encode(line)
    else { return }
    turn.withLock { _ in
      if !FileManager.default.fileExists(atPath: path) {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
      }
      guard let file = try? FileHandle(forWritingTo: URL(filePath: path)) else { return }
      defer { try? file.close() }
      _ = try? file.seekToEnd()
      try? file.write(contentsOf: text + Data("\n".utf8))
    }
  }
}
