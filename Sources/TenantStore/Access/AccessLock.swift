internal import Glibc

/// The lock of who changes an access file: an advisory lock of the kernel, see flock(2). It is held for
/// a moment, so the next one waits.
enum AccessLock {
  /// Does work while the lock is held.
  ///
  /// - Throws: ``StoreError`` if it is not free within ten seconds.
  static func hold(_ path: String, _ work: () throws -> Void) throws {
    let descriptor = try PrivateFile.open(path, flags: O_RDWR | O_CREAT)
    defer { close(descriptor) }
    try take(descriptor, path: path)
    // Closing alone would leave it to a program that is just being started.
    defer { _ = flock(descriptor, LOCK_UN) }
    try work()
  }

  private static func take(_ descriptor: CInt, path: String) throws {
    for _ in 0..<500 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      usleep(20_000)
    }
    throw StoreError(
      .store,
      "'\(path)' cannot be locked: \(PrivateFile.reason()); nothing was changed, try again")
  }
}
