internal import Administration
package import Authorization
internal import Glibc
internal import OperatingSystem
internal import PluginContract
internal import TenantCore

/// The secret with which a tenant's reviews are signed: `keys/<tenant>` of the state folder, in hexadecimal.
///
/// It is 0600 in a folder of 0700, and refused if anybody else could read or write it (A4).
package struct ReviewKeyFile: ReviewKeyStoring {
  private static let maximumBytes = 1024

  private let state: StateFolder
  private let tenant: String

  /// Names the file of the permit's tenant; nothing is opened.
  package init(_ permit: Permit, in state: StateFolder) {
    self.init(ofTenant: permit.tenant.name, in: state)
  }

  /// Names the file of a tenant whose permit somebody has.
  init(ofTenant tenant: String, in state: StateFolder) {
    self.state = state
    self.tenant = tenant
  }

  /// Where it lies, for messages.
  var path: String { state.keyPath(of: tenant) }

  package func secret() throws -> [UInt8]? {
    guard PrivateFile.exists(path) else { return nil }
    try state.checkKeys()
    let file = try PrivateFile.open(path, flags: O_RDONLY)
    let mode = try mode(of: file)
    guard mode & 0o077 == 0 else {
      throw StoreError(.store, "'\(path)' may be read by others; run 'chmod go= \(path)'")
    }
    let bytes = try PrivateFile.read(file, path: path, limit: Self.maximumBytes) ?? []
    return Hex.bytes(bytes.filter { $0 != UInt8(ascii: "\n") }) ?? []
  }

  private func mode(of file: borrowing FileDescriptor) throws -> UInt32 {
    do throws(SystemFailure) {
      return UInt32(try file.status().mode)
    } catch {
      throw PrivateFile.unreadable(path, error)
    }
  }

  /// Removes the file.
  func remove() throws {
    guard unsafe unlink(path) == 0 else {
      throw StoreError(.store, "'\(path)' cannot be removed: \(SystemWords.last.text)")
    }
  }

  package func keep(_ secret: [UInt8]) throws {
    try state.makeKeys()
    let file = try PrivateFile.open(path, flags: O_WRONLY | O_CREAT | O_EXCL)
    try PrivateFile.write(Array("\(Hex.text(secret))\n".utf8), to: file, path: path)
    try PrivateFile.sync(file, path: path)
    try PrivateFile.syncFolder(of: path)
  }
}
