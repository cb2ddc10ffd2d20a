package import Administration
package import Authorization
internal import Foundation
internal import Glibc
internal import OperatingSystem
package import TenantCore

/// The installation's audit: JSON lines in `audit.log` of the state folder, of what was refused (A2), and
/// of what was done to who may sign in.
///
/// A line is appended with one write (`O_APPEND`), so that several processes can share the file, and is on
/// the disk when that is done. The file may be moved away at any time, by logrotate for example.
package struct AuditLog: RefusalAudit, RefusalReading, ReviewAudit, EventAudit, EventReading {
  private let folder: StateFolder

  init(folder: StateFolder) { self.folder = folder }

  /// Appends a refusal; makes the folder and the file if they are not there.
  package func record(_ refusal: RefusalRecord) throws { try append(AuditLine(refusal)) }

  /// Appends what was done to a round; makes the folder and the file if they are not there.
  package func record(_ record: ReviewRecord) throws { try append(AuditLine(record)) }

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
  func record(_ change: AccessChange) throws { try append(AuditLine(change)) }

  /// The refusals of a tenant, the latest first; what `history` shows.
  ///
  /// A line that is not whole is passed over.
  package func refusals(
    ofTenant tenant: String, fitting filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) throws -> [RefusalRecord] {
    try lines(ofTenant: tenant, filter, limit, \.refusal)
  }

  /// What was done in a tenant, the latest first; what `history` shows.
  package func events(
    ofTenant tenant: String, fitting filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) throws -> [AuditEvent] {
    try lines(ofTenant: tenant, filter, limit, \.event)
  }

  private func lines<Value>(
    ofTenant tenant: String, _ filter: HistoryFilter, _ limit: Int?, _ value: (AuditLine) -> Value?
  ) throws -> [Value] {
    var found: [Value] = []
    guard limit != 0 else { return found }
    try forEachLine(ofTenant: tenant) { line in
      if filter.includes(at: line.at, by: line.actor), let value = value(line) {
        found.append(value)
      }
      // A clock may have been set back a little: a day more is looked at.
      let isOver = filter.since.map { line.at.secondsSince1970 < $0.start.secondsSince1970 - 86400 }
      return found.count < limit ?? .max && isOver != true
    }
    return found
  }

  /// All lines of a tenant, the earliest first.
  func lines(ofTenant tenant: String) throws -> [AuditLine] {
    var lines: [AuditLine] = []
    try forEachLine(ofTenant: tenant) { line in
      lines.append(line)
      return true
    }
    return lines.reversed()
  }

  /// Appends what was done; makes the folder and the file if they are not there.
  package func record(_ event: AuditEvent) throws { try append(AuditLine(event)) }

  /// True if the file has a line of this moment or of an earlier one, of whatever tenant.
  package func goesBack(to moment: Timestamp, ofTenant tenant: String) throws -> Bool {
    let path = folder.auditPath
    guard PrivateFile.exists(path) else { return false }
    let file = try PrivateFile.open(path, flags: O_RDONLY)
    let size = min(try Self.end(of: file, path: path), Self.longestBeginning)
    let beginning = (try? file.bytes(size, at: 0)) ?? []
    let decoder = JSONDecoder()
    let first = beginning.split(separator: UInt8(ascii: "\n")).lazy.compactMap {
      try? decoder.decode(AuditLine.self, from: Data($0))
    }.first
    return first.map { $0.at <= moment } ?? false
  }

  /// Some lines at least.
  private static let longestBeginning = 1 << 16

  /// Gives the lines of a tenant, the latest first, while more are wanted.
  private func forEachLine(ofTenant tenant: String, _ body: (AuditLine) -> Bool) throws {
    guard var lines = try BackwardLines(of: folder.auditPath) else { return }
    let decoder = JSONDecoder()
    // Most lines of a large file are those of others, and reading JSON takes long.
    let mark = Data("\"\(tenant)\"".utf8)
    while let line = try lines.next() {
      let data = Data(line)
      guard data.range(of: mark) != nil, let line = try? decoder.decode(AuditLine.self, from: data),
        line.tenant == tenant
      else { continue }
      guard body(line) else { return }
    }
  }

  private func append(_ line: AuditLine) throws { try append([line]) }

  /// Appends lines with one write.
  func append(_ lines: [AuditLine]) throws {
    guard !lines.isEmpty else { return }
    let text = try lines.map { try JSONText.encode($0) + "\n" }.joined()
    try folder.make()
    let path = folder.auditPath
    let descriptor = try PrivateFile.open(path, flags: O_RDWR | O_APPEND | O_CREAT)
    Self.waitForTurn(descriptor)
    let end: Int
    do {
      defer { descriptor.unlock() }
      end = try Self.end(of: descriptor, path: path)
      let separator = Self.isTorn(descriptor, end) ? "\n" : ""
      try PrivateFile.write(Array((separator + text).utf8), to: descriptor, path: path)
    }
    try PrivateFile.sync(descriptor, path: path)
    if end == 0 { try PrivateFile.syncFolder(of: path) }
  }

  /// Waits until nobody else writes: a line that is half written would look cut off. Whoever was stopped while they
  /// write keeps nobody for longer than a second.
  private static func waitForTurn(_ file: borrowing FileDescriptor) {
    for _ in 0..<1000 {
      guard (try? file.lockIfFree()) == false else { return }
      usleep(1000)
    }
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
}
