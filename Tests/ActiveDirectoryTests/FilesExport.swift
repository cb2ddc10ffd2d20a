import Administration
import ActiveDirectory
import Authorization
import Foundation
import Glibc
import Logging
import PluginContract
import TenantCore
import Testing

/// One row as a test looks at it.
struct ExportRow: Equatable {
  var login: String?
  var mail: String?
  var firstName: String?
  var lastName: String?
  var extra: [String] = []
  var name = ""
  var guid: String?
  var flags: AccountFlags = []
  var changeNumber: UInt64 = 0
  var changedAt: Int64 = 0
  var fault: RecordFault?
  var exclusion: ExclusionRule?

  /// The rows of a batch; `extra` is read from the column of that name.
  static func rows(of batch: DirectoryUserBatch, extra: String? = nil) -> [ExportRow] {
    func text(_ name: String, _ record: Int) -> String? {
      batch.records.column(name)?.raw.text(of: record)
    }
    return (0..<batch.count).map { record in
      ExportRow(
        login: text(DirectoryAttribute.login, record), mail: text(DirectoryAttribute.mail, record),
        firstName: text(DirectoryAttribute.firstName, record),
        lastName: text(DirectoryAttribute.lastName, record),
        extra: extra.flatMap { batch.records.column($0)?.raw.texts(of: record) } ?? [],
        name: text(DirectoryAttribute.distinguishedName, record) ?? "",
        guid: batch.anchors[record]?.description, flags: batch.flags[record],
        changeNumber: batch.changeNumbers[record], changedAt: batch.changedAt[record],
        fault: batch.faults[record], exclusion: batch.exclusions[record])
    }
  }
}

/// Reads exports through the module's public face, as a run does.
enum Export {
  enum Format { case ldif, csv }

  struct Answer {
    var rows: [ExportRow] = []
    var report: ReadReport?
    var batches = 0
  }

  private struct Silent: RefusalAudit {
    func record(_ refusal: RefusalRecord) throws {}
  }

  static let domain = "ACME"
  static let moment = Timestamp(secondsSince1970: 1_790_000_000)

  static func permit(for directory: Directory) throws -> Permit {
    let policy = AccessPolicy(
      roles: ["all": Set(Permission.allCases)], assignments: [.init(.fileOwner, roles: ["all"])])
    return try Authorizer(actor: .current(), audit: Silent()).permit(
      Tenant(name: "acme", directories: [directory]), policy: policy,
      fileOwner: getuid(), action: "test")
  }

  static func directory(
    _ path: String, _ format: Format, exclusions: Exclusions = Exclusions()
  ) -> Directory {
    Directory(
      domain: domain, source: format == .ldif ? .ldif(path: path) : .csv(path: path),
      exclusions: exclusions)
  }

  static func read(
    path: String, _ format: Format, extra: String? = nil, exclusions: Exclusions = Exclusions()
  ) async throws -> Answer {
    let permit = try permit(for: directory(path, format, exclusions: exclusions))
    let events = ActiveDirectoryReader(logger: Logger(label: "test")).users(
      of: 0, attributes: extra.map { [$0] } ?? [], at: moment, permit: permit)
    var answer = Answer()
    for try await event in events {
      switch event {
      case .batch(let batch):
        answer.rows += ExportRow.rows(of: batch, extra: extra)
        answer.batches += 1
      case .restarted: break
      case .finished(let report): answer.report = report
      }
    }
    return answer
  }

  static func read(
    _ bytes: [UInt8], _ format: Format, extra: String? = nil,
    exclusions: Exclusions = Exclusions()
  ) async throws -> Answer {
    try await withFile(bytes) {
      try await read(path: $0, format, extra: extra, exclusions: exclusions)
    }
  }

  static func read(
    _ text: String, _ format: Format, extra: String? = nil, exclusions: Exclusions = Exclusions()
  ) async throws -> Answer {
    try await read(Array(text.utf8), format, extra: extra, exclusions: exclusions)
  }

  /// Gives a file that is gone afterwards.
  static func withFile<Value>(
    _ bytes: [UInt8], _ body: (String) async throws -> Value
  ) async throws -> Value {
    let file = FileManager.default.temporaryDirectory.appending(path: "export-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    return try await body(file.path(percentEncoded: false))
  }

  /// The message of the failure that a read ends with, without the file's folder and name.
  static func failure(
    of text: String, _ format: Format, exclusions: Exclusions = Exclusions(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async -> String? {
    let error = await #expect(throws: DirectoryError.self, sourceLocation: sourceLocation) {
      try await read(text, format, exclusions: exclusions)
    }
    #expect(error?.code == .incomplete, sourceLocation: sourceLocation)
    return error.flatMap { $0.message.split(separator: ":", maxSplits: 1).last }.map(String.init)
  }

  /// UTF-16 with a byte order mark.
  static func utf16(_ text: String, isLittleEndian: Bool = true) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
      let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8))
      return isLittleEndian ? [low, high] : [high, low]
    }
  }
}
