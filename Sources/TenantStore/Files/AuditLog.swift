public import Authorization
internal import Foundation
internal import Glibc

/// The installation's audit: JSON lines in `audit.log` of the state folder, of what was refused (A2), and
/// of what was done to who may sign in.
///
/// A line is appended with one write (`O_APPEND`), so that several processes can share the file.
public struct AuditLog: RefusalAudit {
  private let folder: StateFolder

  init(folder: StateFolder) { self.folder = folder }

  /// Appends a refusal; makes the folder and the file if they are not there.
  public func record(_ refusal: RefusalRecord) throws { try append(Line(refusal)) }

  /// Appends a change; makes the folder and the file if they are not there.
  func record(_ change: AccessChange) throws { try append(Line(change)) }

  /// The refusals of a tenant, the latest first; what `history` shows.
  public func refusals(ofTenant tenant: String, limit: Int? = nil) throws -> [RefusalRecord] {
    try latest(ofTenant: tenant, limit: limit, \.refusal)
  }

  /// What was done to who may sign in to a tenant, the latest first.
  public func accessChanges(ofTenant tenant: String, limit: Int? = nil) throws -> [AccessChange] {
    try latest(ofTenant: tenant, limit: limit, \.change)
  }

  private func append(_ line: Line) throws {
    try folder.make()
    let path = folder.auditPath
    let descriptor = try PrivateFile.open(path, flags: O_WRONLY | O_APPEND | O_CREAT)
    defer { close(descriptor) }
    try PrivateFile.write(
      Array((try JSONText.encode(line) + "\n").utf8), to: descriptor, path: path)
  }

  /// A line that is not whole, as a full disk may leave one, is passed over.
  private func latest<Record>(
    ofTenant tenant: String, limit: Int?, _ record: (Line) -> Record?
  ) throws -> [Record] {
    let path = folder.auditPath
    guard PrivateFile.exists(path) else { return [] }
    let descriptor = try PrivateFile.open(path, flags: O_RDONLY)
    defer { close(descriptor) }
    guard let bytes = try PrivateFile.read(descriptor, path: path, limit: Self.maximumBytes) else {
      throw StoreError(
        .store, "'\(path)' is longer than \(Self.maximumBytes >> 20) MiB; move it to an archive")
    }
    let decoder = JSONDecoder()
    var found: [Record] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
      guard found.count < limit ?? .max else { break }
      guard let line = try? decoder.decode(Line.self, from: Data(line)), line.tenant == tenant,
        let record = record(line)
      else { continue }
      found.append(record)
    }
    return found
  }

  private static let maximumBytes = 256 << 20

  /// The shape of a line.
  private struct Line: Codable {
    enum Outcome: String, Codable { case refused, done }

    var at: String
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

    var refusal: RefusalRecord? {
      guard outcome == .refused, let missing else { return nil }
      return RefusalRecord(
        at: at, actor: actor, userID: userID, tenant: tenant, action: action, missing: missing)
    }

    var change: AccessChange? {
      guard outcome == .done, let subject else { return nil }
      return AccessChange(
        at: at, actor: actor, userID: userID, tenant: tenant, action: action, subject: subject,
        roles: roles ?? [])
    }
  }
}
