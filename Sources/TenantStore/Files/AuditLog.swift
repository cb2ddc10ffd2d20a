package import Administration
package import Authorization
internal import Foundation
internal import Glibc
internal import OperatingSystem
internal import TenantCore

/// The installation's audit: JSON lines in `audit.log` of the state folder, of what was refused (A2), and
/// of what was done to who may sign in.
///
/// A line is appended with one write (`O_APPEND`), so that several processes can share the file, and is on
/// the disk when that is done. The file may be moved away at any time, by logrotate for example.
package struct AuditLog: RefusalAudit, RefusalReading, ReviewAudit {
  private let folder: StateFolder

  init(folder: StateFolder) { self.folder = folder }

  /// Appends a refusal; makes the folder and the file if they are not there.
  package func record(_ refusal: RefusalRecord) throws { try append(Line(refusal)) }

  /// Appends what was done to a round; makes the folder and the file if they are not there.
  package func record(_ record: ReviewRecord) throws { try append(Line(record)) }

  /// The digests of a tenant's signed rounds.
  package func signedDigests(ofTenant tenant: String) throws -> [Int64: String] {
    var found: [Int64: String] = [:]
    try forEachLine(ofTenant: tenant) { line in
      guard line.action == ReviewRecord.Action.signed.rawValue, let review = line.review,
        let digest = line.digest
      else { return true }
      found[review] = digest
      return true
    }
    return found
  }

  /// Appends a change; makes the folder and the file if they are not there.
  func record(_ change: AccessChange) throws { try append(Line(change)) }

  /// The refusals of a tenant, the latest first; what `history` shows.
  ///
  /// A line that is not whole is passed over.
  package func refusals(ofTenant tenant: String, limit: Int? = nil) throws -> [RefusalRecord] {
    var found: [RefusalRecord] = []
    guard limit != 0 else { return found }
    try forEachLine(ofTenant: tenant) { line in
      if let refusal = line.refusal { found.append(refusal) }
      return found.count < limit ?? .max
    }
    return found
  }

  /// Gives the lines of a tenant, the latest first, while more are wanted.
  private func forEachLine(ofTenant tenant: String, _ body: (Line) -> Bool) throws {
    guard var lines = try BackwardLines(of: folder.auditPath) else { return }
    let decoder = JSONDecoder()
    // Most lines of a large file are those of others, and reading JSON takes long.
    let mark = Data("\"\(tenant)\"".utf8)
    while let line = try lines.next() {
      let data = Data(line)
      guard data.range(of: mark) != nil, let line = try? decoder.decode(Line.self, from: data),
        line.tenant == tenant
      else { continue }
      guard body(line) else { return }
    }
  }

  private func append(_ line: Line) throws {
    try folder.make()
    let path = folder.auditPath
    let descriptor = try PrivateFile.open(path, flags: O_RDWR | O_APPEND | O_CREAT)
    let end = try Self.end(of: descriptor, path: path)
    let separator = Self.isTorn(descriptor, end) ? "\n" : ""
    try PrivateFile.write(
      Array((separator + (try JSONText.encode(line)) + "\n").utf8), to: descriptor, path: path)
    try PrivateFile.sync(descriptor, path: path)
    if end == 0 { try PrivateFile.syncFolder(of: path) }
  }

  /// True if the last line has no end, as a full disk may leave one: the next would be lost in it.
  private static func isTorn(_ file: borrowing FileDescriptor, _ end: Int) -> Bool {
    guard end > 0, let last = try? file.bytes(1, at: end - 1).first else { return false }
    return last != UInt8(ascii: "\n")
  }

  private static func end(of file: borrowing FileDescriptor, path: String) throws -> Int {
    do throws(SystemFailure) {
      return try file.status().size
    } catch {
      throw PrivateFile.unreadable(path, error)
    }
  }

  /// The shape of a line.
  private struct Line: Codable {
    enum Outcome: String, Codable { case refused, done }

    var at: Timestamp
    var actor: String
    var userID: UInt32?
    var tenant: String
    var action: String
    var outcome: Outcome
    /// Of a refusal.
    var missing: [String]?
    /// Of what was done: the local user's or token's name.
    var subject: String?
    /// Of a token that was made.
    var roles: [String]?
    /// Of a round: its number and, if it was signed, the digest.
    var review: Int64?
    var digest: String?

    init(_ record: RefusalRecord) {
      at = record.at
      actor = record.actor
      userID = record.userID
      tenant = record.tenant
      action = record.action
      outcome = .refused
      missing = record.missing
    }

    init(_ change: AccessChange) {
      at = change.at
      actor = change.actor
      userID = change.userID
      tenant = change.tenant
      action = change.action
      outcome = .done
      subject = change.subject
      roles = change.roles.isEmpty ? nil : change.roles
    }

    init(_ record: ReviewRecord) {
      at = record.at
      actor = record.actor
      tenant = record.tenant
      action = record.action.rawValue
      outcome = .done
      review = record.review
      digest = record.digest
    }

    var refusal: RefusalRecord? {
      guard outcome == .refused, let missing else { return nil }
      return RefusalRecord(
        at: at, actor: actor, userID: userID, tenant: tenant, action: action, missing: missing)
    }
  }
}
