internal import Glibc
internal import OperatingSystem
internal import PluginContract

/// The file of one tenant's local users and tokens: `access/<tenant>.json` of the state folder.
///
/// It is 0600 in a folder of 0700, and refused if anybody else could have written or read it (A4). It is
/// replaced as a whole, so that a reader needs no lock and sees the file before or the file after.
struct AccessFile: Sendable {
  /// The largest file that is read or written.
  static let maximumBytes = 1 << 20

  /// What somebody is told who is one too many at once.
  static let crowd = StoreError(
    .store, "too many passwords or tokens are looked at just now; try again in a moment")

  private let state: StateFolder
  private let tenant: String
  private let runningUser: UInt32

  /// Names the file; nothing is opened.
  ///
  /// - Parameter tenant: nil is given back for what cannot be a tenant's name (`../x`), and no file
  ///   is touched.
  init?(of tenant: String, in state: StateFolder, runningUser: UInt32 = geteuid()) {
    let isName = tenant.utf8.allSatisfy {
      switch $0 {
      case 0x61...0x7A, 0x30...0x39, 0x2D: true
      default: false
      }
    }
    guard isName, (1...63).contains(tenant.utf8.count) else { return nil }
    self.state = state
    self.tenant = tenant
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
    defer { close(folder) }
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
    defer { close(folder) }
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

  // MARK: - The steps

  private func openFolder() throws -> CInt {
    let path = state.accessPath
    let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { throw unreadable(path) }
    do {
      try checkIsOurs(folder, path: path, kind: S_IFDIR, mode: "700")
    } catch {
      close(folder)
      throw error
    }
    return folder
  }

  private func read(in folder: CInt) throws -> AccessContent {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let file = unsafe openat(folder, "\(tenant).json", flags)
    guard file >= 0 else {
      guard errno == ENOENT else { throw unreadable(path) }
      return AccessContent(tenant: tenant)
    }
    defer { close(file) }
    try checkIsOurs(file, path: path, kind: S_IFREG, mode: "600")
    guard let bytes = try PrivateFile.read(file, path: path, limit: Self.maximumBytes) else {
      throw StoreError(.store, "'\(path)' is longer than 1 MiB; put back a copy")
    }
    return try AccessContent(bytes, tenant: tenant, path: path)
  }

  /// Refuses what others could have written or read (A4).
  private func checkIsOurs(_ file: CInt, path: String, kind: mode_t, mode: String) throws {
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw unreadable(path) }
    guard status.st_mode & S_IFMT == kind else {
      throw StoreError(
        .store, "'\(path)' is no \(kind == S_IFDIR ? "folder" : "ordinary file"); move it away")
    }
    guard status.st_uid == runningUser else {
      throw StoreError(
        .store,
        "'\(path)' belongs to the user id \(status.st_uid), not to the running user, "
          + "\(runningUser); run this as its owner")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw StoreError(
        .store,
        "'\(path)' may be read or written by others; find out who did, then "
          + "'chmod \(mode) \(path)' fixes it")
    }
  }

  private func replace(
    with bytes: [UInt8], in folder: CInt, _ willReplace: () throws -> Void
  ) throws {
    // The lock is held: one that is there was left by a program that was killed.
    let partial = ".\(tenant).json.partial"
    unsafe unlinkat(folder, partial, 0)
    let file = unsafe openat(folder, partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw unwritable() }
    var isInPlace = false
    defer {
      close(file)
      if !isInPlace { unsafe unlinkat(folder, partial, 0) }
    }
    try PrivateFile.write(bytes, to: file, path: path)
    guard fsync(file) == 0 else { throw unwritable() }
    try willReplace()
    guard unsafe renameat(folder, partial, folder, "\(tenant).json") == 0 else {
      throw unwritable()
    }
    isInPlace = true
    guard fsync(folder) == 0 else {
      throw StoreError(
        .store, "'\(path)' was changed, but its disk does not confirm it: \(PrivateFile.reason())")
    }
  }

  private func unreadable(_ path: String) -> StoreError {
    // What O_NOFOLLOW says of a link.
    let isLink = errno == ELOOP || errno == ENOTDIR
    return StoreError(
      .store,
      isLink
        ? "'\(path)' is a symbolic link or no folder; put the file or folder itself there"
        : PrivateFile.unreadable(path).message)
  }

  private func unwritable() -> StoreError {
    let words = SystemWords.last.text(orElse: "check its disk and its folder")
    return StoreError(.store, "'\(path)' cannot be written, nothing was changed: \(words)")
  }
}
