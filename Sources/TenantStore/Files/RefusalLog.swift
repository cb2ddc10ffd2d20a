public import Authorization
internal import Foundation
internal import Glibc

/// The installation's audit of refusals: JSON lines in `audit.log` of the state folder (A2).
///
/// A line is appended with one write (`O_APPEND`), so that several processes can share the file.
public struct RefusalLog: RefusalAudit {
  private let folder: StateFolder

  init(folder: StateFolder) { self.folder = folder }

  /// Appends a refusal; makes the folder and the file if they are not there.
  public func record(_ refusal: RefusalRecord) throws {
    try folder.make()
    let path = folder.auditPath
    let descriptor = try PrivateFile.open(path, flags: O_WRONLY | O_APPEND | O_CREAT)
    defer { close(descriptor) }
    let line = try JSONText.encode(Line(refusal)) + "\n"
    try PrivateFile.write(Array(line.utf8), to: descriptor, path: path)
  }

  /// The refusals of a tenant, the latest first; what `history` shows.
  ///
  /// A line that is not whole, as a full disk may leave one, is passed over.
  public func refusals(ofTenant tenant: String, limit: Int? = nil) throws -> [RefusalRecord] {
    let path = folder.auditPath
    guard PrivateFile.exists(path) else { return [] }
    let descriptor = try PrivateFile.open(path, flags: O_RDONLY)
    defer { close(descriptor) }
    guard let bytes = try PrivateFile.read(descriptor, path: path, limit: Self.maximumBytes) else {
      throw StoreError(
        .store, "'\(path)' is longer than \(Self.maximumBytes >> 20) MiB; move it to an archive")
    }
    let decoder = JSONDecoder()
    let found = bytes.split(separator: UInt8(ascii: "\n")).lazy.reversed().compactMap { line in
      try? decoder.decode(Line.self, from: Data(line)).record
    }.filter { $0.tenant == tenant }
    return Array(found.prefix(limit ?? .max))
  }

  private static let maximumBytes = 256 << 20

  /// The shape of a line.
  private struct Line: Codable {
    var at: String
    var actor: String
    var userID: UInt32?
    var tenant: String
    var action: String
    var missing: [String]
    var outcome = "refused"

    init(_ record: RefusalRecord) {
      at = record.at
      actor = record.actor
      userID = record.userID
      tenant = record.tenant
      action = record.action
      missing = record.missing
    }

    var record: RefusalRecord {
      RefusalRecord(
        at: at, actor: actor, userID: userID, tenant: tenant, action: action, missing: missing)
    }
  }
}
