internal import Authorization
internal import Glibc
internal import Synchronization
internal import TenantCore

/// A tenant's lock: an advisory lock of the kernel on a file, gone with the process that held it,
/// however it ended (T1). See flock(2).
///
/// The file names the holder for those who come second; it stays when the lock is given back,
/// because removing it would let two processes lock two files of one name.
final class FileLock: RunLock {
  private let descriptor: Mutex<CInt?>

  /// Takes the lock.
  ///
  /// - Throws: ``StoreError`` with code `alreadyRunning` that says who runs, since when.
  init(path: String, tenant: String, actor: String) throws {
    let descriptor = try PrivateFile.open(path, flags: O_RDWR | O_CREAT)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isHeld = errno == EWOULDBLOCK
      let reason = PrivateFile.reason()
      let holder = try PrivateFile.read(descriptor, path: path, limit: 4096)
      close(descriptor)
      guard isHeld else { throw StoreError(.store, "'\(path)' cannot be locked: \(reason)") }
      throw Self.alreadyRunning(tenant, holder: String(decoding: holder ?? [], as: UTF8.self))
    }
    self.descriptor = Mutex(descriptor)
    let text = "\(getpid())\n\(actor)\n\(Timestamp.now())\n"
    ftruncate(descriptor, 0)
    try PrivateFile.write(Array(text.utf8), to: descriptor, path: path)
  }

  deinit { release() }

  var isHeld: Bool { descriptor.withLock { $0 != nil } }

  func release() {
    descriptor.withLock { descriptor in
      if let open = descriptor { close(open) }
      descriptor = nil
    }
  }

  private static func alreadyRunning(_ tenant: String, holder: String) -> StoreError {
    let lines = holder.split(separator: "\n")
    let who =
      lines.count == 3
      ? "started by \(lines[1]) at \(lines[2]), process \(lines[0])" : "it has only just begun"
    return StoreError(
      .alreadyRunning,
      "another run for tenant '\(tenant)' is under way (\(who)); wait until it is done")
  }
}

/// The lock of a store that was opened for reading: such a store writes nothing, not even a lock
/// file (S6), and nothing that it reads can change under it.
struct NoLock: RunLock {
  func release() {}
}
