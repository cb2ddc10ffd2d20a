internal import Glibc
internal import OperatingSystem

/// The lock of who changes an access file: an advisory lock of the kernel, see flock(2). It is held for
/// a moment, so the next one waits.
enum AccessLock {
  /// Does work while the lock is held.
  ///
  /// - Throws: ``StoreError`` if it is not free within ten seconds.
  static func hold(_ path: String, _ work: () throws -> Void) throws {
    let file = try PrivateFile.open(path, flags: O_RDWR | O_CREAT)
    try take(file, path: path)
    defer { file.unlock() }
    try work()
  }

  private static func take(_ file: borrowing FileDescriptor, path: String) throws {
    var failure = SystemFailure(number: EWOULDBLOCK)
    do throws(SystemFailure) {
      for _ in 0..<500 {
        if try file.lockIfFree() { return }
        usleep(20_000)
      }
    } catch {
      failure = error
    }
    throw StoreError(
      .store, "'\(path)' cannot be locked: \(failure); nothing was changed, try again")
  }
}
