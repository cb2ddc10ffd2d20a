internal import Foundation
internal import Glibc
internal import OperatingSystem

/// The note, outside a tenant's store, that the tenant has one: `begun/<tenant>` of the state folder.
///
/// It is made before a store is first written. A store that is missing or empty while the note is there was
/// lost: to take the tenant for a new one would forget its users, links and history.
struct StoreMark: Sendable {
  private let folder: StateFolder
  private let tenant: String

  init(of tenant: String, in folder: StateFolder) {
    self.folder = folder
    self.tenant = tenant
  }

  private var path: String { folder.markPath(of: tenant) }

  /// True if it is there.
  var isMade: Bool { PrivateFile.exists(path) }

  /// Makes the note, on the disk, unless it is there.
  func make() throws {
    guard !isMade else { return }
    try folder.makeMarks()
    let descriptor = try PrivateFile.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    try PrivateFile.write(Array(text.utf8), to: descriptor, path: path)
    try PrivateFile.sync(descriptor, path: path)
    try PrivateFile.syncFolder(of: path)
  }

  /// Refuses to take the tenant for a new one if it is not.
  ///
  /// - Parameter state: what the store is, such as `missing`.
  func refuseToForget(store: String, that state: String) throws {
    guard PrivateFile.exists(path) else { return }
    throw StoreError(
      .store,
      "store '\(store)' is \(state), but tenant '\(tenant)' had one there with its users and "
        + "links; restore it from a backup, or remove '\(path)' to start with an empty store")
  }

  private var text: String {
    """
    Tenant '\(tenant)' has a store: \(folder.storePath(of: tenant)).
    While this file is here, a store that is missing or empty is refused. To start again with an
    empty one, remove this file and the store.

    """
  }
}
