internal import Administration
import Authorization
import Foundation
import TenantCore

/// Reads a directory that was exported to a file.
struct FileDirectoryReader: Sendable {
  /// How the file is written; paths are absolute.
  enum Format: Sendable, Equatable {
    case ldif(_ path: String)
    case csv(_ path: String)

    var path: String {
      switch self {
      case .ldif(let path), .csv(let path): path
      }
    }
  }

  let directory: Directory
  /// The directory's index in the tenant.
  let index: Int
  let format: Format
  /// How many parts of a file are read at once.
  var threads = ProcessInfo.processInfo.activeProcessorCount

  /// All users, with back-pressure; see ``Authorization/DirectoryReading``.
  func users(attributes: [String], at moment: Timestamp) -> EventSequence {
    EventSequence { channel in
      try FileRead(reader: self, attributes: attributes, moment: moment).run {
        try channel.send($0)
      }
    }
  }

  /// A file knows nothing of what is not in it: an absent user is deleted (S5).
  func presence(of guids: [ObjectGUID]) -> [ObjectGUID: Presence] {
    Dictionary(guids.map { ($0, .deleted) }, uniquingKeysWith: { first, _ in first })
  }

  /// The one step of a file: it is read to its end, and its users are counted. What was noted on
  /// the way is said by its first note.
  func testConnection() async -> [ConnectionStep] {
    func step(_ succeeded: Bool, _ message: String) -> [ConnectionStep] {
      [ConnectionStep(.read, target: format.path, succeeded: succeeded, message: message)]
    }
    do {
      var count = 0
      var findings: [Finding] = []
      for try await event in users(attributes: [], at: .now()) {
        switch event {
        case .batch(let batch): count += batch.count
        case .restarted: count = 0
        case .finished(let report): findings = report.findings
        }
      }
      let notes = findings.first.map { "; \(findings.count) findings: \($0.message)" } ?? ""
      return step(true, (count == 1 ? "1 user" : "\(count) users") + notes)
    } catch let error as DirectoryError {
      return step(false, error.message)
    } catch {
      return step(false, "the file could not be read to its end: \(error)")
    }
  }
}
