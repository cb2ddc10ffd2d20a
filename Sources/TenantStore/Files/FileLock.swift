internal import Administration
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
      defer { close(descriptor) }
      guard isHeld else { throw StoreError(.store, "'\(path)' cannot be locked: \(reason)") }
      throw Self.alreadyRunning(tenant, holder: try Self.holder(descriptor, path: path))
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
      if let open = descriptor {
        // Closing alone would leave it to a program that is just being started, which has the
        // descriptor too until it is executed.
        _ = flock(open, LOCK_UN)
        close(open)
      }
      descriptor = nil
    }
  }

  /// The lines that name the holder. One who has only just begun has not written them yet, and they
  /// may be those of an earlier process: both are over in a moment, which is waited for.
  private static func holder(_ descriptor: CInt, path: String) throws -> [Substring] {
    var lines: [Substring] = []
    for _ in 0..<50 {
      lseek(descriptor, 0, SEEK_SET)
      let bytes = try PrivateFile.read(descriptor, path: path, limit: 4096) ?? []
      lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      let process = lines.first.flatMap { pid_t($0) }
      if lines.count == 3, let process, kill(process, 0) == 0 || errno == EPERM { return lines }
      usleep(20_000)
    }
    return lines
  }

  private static func alreadyRunning(_ tenant: String, holder: [Substring]) -> StoreError {
    let who =
      holder.count == 3
      ? "started by \(holder[1]) at \(holder[2]), process \(holder[0])" : "it has only just begun"
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
