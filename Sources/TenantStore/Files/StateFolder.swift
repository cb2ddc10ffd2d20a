internal import Foundation

/// The folder that holds the installation's state: the audit, and for each tenant a store, a lock, and
/// who may sign in.
///
/// ```
/// access/<name>.json      local users and tokens, by hashes
/// access/<name>.lock      held while they are changed
/// audit.log               refusals, changes of access, reviews; one JSON object a line (A2, V6)
/// begun/<name>            is there if the tenant has a store, which then may not be missing
/// keys/<name>             the secret with which reviews are signed
/// tenants/<name>.sqlite   users, links, snapshot, runs, reviews, changes
/// tenants/<name>.lock     held while a run is under way (T1)
/// ```
///
/// The folders are made 0700 and the files 0600; a folder that others may write is refused (A4).
package struct StateFolder: Sendable, Equatable {
  /// The folder's path, without a slash at its end.
  package let path: String

  /// Names a folder; nothing is made or read.
  package init(path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The installation's audit.
  package var auditLog: AuditLog { AuditLog(folder: self) }

  /// The folder of the access files.
  var accessPath: String { path + "/access" }

  /// The path of the audit.
  var auditPath: String { path + "/audit.log" }

  func storePath(of tenant: String) -> String { "\(tenants)/\(tenant).sqlite" }

  func markPath(of tenant: String) -> String { "\(marks)/\(tenant)" }

  func lockPath(of tenant: String) -> String { "\(tenants)/\(tenant).lock" }

  /// Makes the folder unless it is there; refuses one that others may write.
  func make() throws { try PrivateFile.makeFolder(path) }

  /// Makes the folder and the one of the tenants.
  func makeTenants() throws {
    try make()
    try PrivateFile.makeFolder(tenants)
  }

  /// Makes the folder and the one of the notes of who has a store.
  func makeMarks() throws {
    try make()
    try PrivateFile.makeFolder(marks)
  }

  func keyPath(of tenant: String) -> String { "\(keys)/\(tenant)" }

  /// Makes the folder and the one of the keys.
  func makeKeys() throws {
    try make()
    try PrivateFile.makeFolder(keys)
  }

  /// Checks the folders in which a key lies.
  func checkKeys() throws {
    if try PrivateFile.checkFolder(path) { _ = try PrivateFile.checkFolder(keys) }
  }

  /// Makes the folder and the one of the access files.
  func makeAccess() throws {
    try make()
    try PrivateFile.makeFolder(accessPath)
  }

  /// Checks the folders that are there, and makes none.
  func check() throws {
    if try PrivateFile.checkFolder(path) { _ = try PrivateFile.checkFolder(tenants) }
  }

  /// The tenants that have a store here, or had one, in order.
  func names() throws -> [String] {
    func names(in path: String) throws -> [String] {
      guard PrivateFile.exists(path) else { return [] }
      return try FileManager.default.contentsOfDirectory(atPath: path)
    }
    let stores = try names(in: tenants).filter { $0.hasSuffix(".sqlite") }
    let marked = try names(in: marks)
    return Set(stores.map { String($0.dropLast(".sqlite".count)) } + marked).sorted()
  }

  private var tenants: String { path + "/tenants" }

  private var keys: String { path + "/keys" }

  private var marks: String { path + "/begun" }
}
