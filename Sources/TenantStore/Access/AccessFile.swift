internal import Glibc
internal import OperatingSystem
internal import PluginContract

/// The file of one tenant's local users and tokens: `access/<tenant>.json` of the state folder; or that of
/// the operators, `access/@operators.json`.
///
/// It is 0600 in a folder of 0700, and refused if anybody else could have written or read it (A4). It is
/// replaced as a whole, so that a reader needs no lock and sees the file before or the file after.
struct AccessFile: Sendable {
  /// The largest file that is read or written.
  static let maximumBytes = 1 << 20

  /// The answer to one request too many at once.
  static let tooBusy = StoreError(
    .store, "too many passwords or tokens are being checked; try again in a moment")

  private let state: StateFolder
  private let tenant: String
  private let runningUser: UInt32

  /// Names the file; nothing is opened.
  ///
  /// - Parameter tenant: nil is given back for what cannot be a tenant's name (`../x`), and no file
  ///   is touched.
  init?(of tenant: String, in state: StateFolder, runningUser: UInt32 = geteuid()) {
    guard PlainName.isPlain(tenant) else { return nil }
    self.state = state
    self.tenant = tenant
    self.runningUser = runningUser
  }

  /// Names the operators' file; nothing is opened.
  init(ofOperatorsIn state: StateFolder, runningUser: UInt32 = geteuid()) {
    self.state = state
    tenant = AccessContent.operators
    self.runningUser = runningUser
  }

  /// Where it lies, for messages.
  var path: String { "\(state.accessPath)/\(tenant).json" }

  /// What the file says now; nobody and nothing if there is none.
  func read() throws -> AccessContent {
    guard try PrivateFile.checkFolder(state.path), PrivateFile.exists(state.accessPath) else {
      return AccessContent(tenant: tenant)
    }
    let folder = try openFolder()
    return try read(in: folder)
  }

  /// Changes the file under its lock, so that two who change it at once both count.
  ///
  /// - Parameters:
  ///   - change: what to do with the content; what it throws leaves the file as it is.
  ///   - willReplace: is called when everything is written but not in its place yet; what it throws
  ///     leaves the file as it is.
  func edit(
    _ change: (inout AccessContent) throws -> Void, willReplace: () throws -> Void
  ) throws {
    try state.makeAccess()
    let folder = try openFolder()
    try AccessLock.hold("\(state.accessPath)/\(tenant).lock") {
      var content = try read(in: folder)
      try change(&content)
      let bytes = try content.bytes()
      guard bytes.count <= Self.maximumBytes else {
        throw StoreError(
          .store,
          "'\(path)' would be longer than 1 MiB; nothing was changed, "
            + "remove users or revoke tokens that nobody needs")
      }
      try replace(with: bytes, in: folder, willReplace)
    }
  }

  /// Waits for whoever is changing the file.
  func awaitEditors() throws {
    guard try PrivateFile.checkFolder(state.path), PrivateFile.exists(state.accessPath) else {
      return
    }
    _ = try openFolder()
    try AccessLock.hold("\(state.accessPath)/\(tenant).lock") {}
  }

  // MARK: - The steps

  private func openFolder() throws -> FileDescriptor {
    let path = state.accessPath
    let folder: FileDescriptor
    do throws(SystemFailure) {
      folder = try FileDescriptor(opening: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch {
      throw unreadable(path, error)
    }
    try checkIsOurs(folder, path: path, kind: S_IFDIR, mode: "700")
    return folder
  }

  private func read(in folder: borrowing FileDescriptor) throws -> AccessContent {
    let file: FileDescriptor
    do throws(SystemFailure) {
      file = try FileDescriptor(file: "\(tenant).json", in: folder)
    } catch {
      guard error.number == ENOENT else { throw unreadable(path, error) }
      return AccessContent(tenant: tenant)
    }
    try checkIsOurs(file, path: path, kind: S_IFREG, mode: "600")
    guard let bytes = try PrivateFile.read(file, path: path, limit: Self.maximumBytes) else {
      throw StoreError(.store, "'\(path)' is longer than 1 MiB; restore it from a backup")
    }
    return try AccessContent(bytes, tenant: tenant, path: path)
  }

  /// Refuses what others could have written or read (A4).
  private func checkIsOurs(
    _ file: borrowing FileDescriptor, path: String, kind: mode_t, mode: String
  ) throws {
    let status: FileStatus
    do throws(SystemFailure) {
      status = try file.status()
    } catch {
      throw unreadable(path, error)
    }
    guard status.mode & S_IFMT == kind else {
      throw StoreError(
        .store, "'\(path)' is not \(kind == S_IFDIR ? "a folder" : "a regular file"); move it away")
    }
    guard status.owner == runningUser else {
      throw StoreError(
        .store,
        "'\(path)' belongs to the user id \(status.owner), not to the running user, "
          + "\(runningUser); run this as its owner")
    }
    guard status.mode & 0o077 == 0 else {
      throw StoreError(
        .store,
        "'\(path)' may be read or written by others; find out who did, then "
          + "run 'chmod \(mode) \(path)'")
    }
  }

  private func replace(
    with bytes: [UInt8], in folder: borrowing FileDescriptor, _ willReplace: () throws -> Void
  ) throws {
    // The lock is held: one that is there was left by a program that was killed.
    let partial = ".\(tenant).json.partial"
    unsafe unlinkat(folder.number, partial, 0)
    var isInPlace = false
    let place = folder.number
    defer { if !isInPlace { unsafe unlinkat(place, partial, 0) } }
    try write(bytes, to: partial, in: folder)
    try willReplace()
    guard unsafe renameat(folder.number, partial, folder.number, "\(tenant).json") == 0 else {
      throw unwritable(.last)
    }
    isInPlace = true
    do throws(SystemFailure) {
      try folder.sync()
    } catch {
      throw StoreError(
        .store, "'\(path)' was changed, but its disk does not confirm it: \(error)")
    }
  }

  private func write(
    _ bytes: [UInt8], to name: String, in folder: borrowing FileDescriptor
  ) throws {
    do throws(SystemFailure) {
      let file = try FileDescriptor(
        opening: name, in: folder, flags: O_WRONLY | O_CREAT | O_EXCL)
      try file.write(bytes)
      try file.sync()
    } catch {
      throw unwritable(error)
    }
  }

  private func unreadable(_ path: String, _ failure: SystemFailure) -> StoreError {
    // What O_NOFOLLOW says of a link.
    let isLink = failure.number == ELOOP || failure.number == ENOTDIR
    return StoreError(
      .store,
      isLink
        ? "'\(path)' is a symbolic link or not a folder; put the file or folder itself there"
        : PrivateFile.unreadable(path, failure).message)
  }

  private func unwritable(_ failure: SystemFailure) -> StoreError {
    let words = SystemWords(failure.number).text(orElse: "check its disk and its folder")
    return StoreError(.store, "'\(path)' cannot be written, nothing was changed: \(words)")
  }
}
