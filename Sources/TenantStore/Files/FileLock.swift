internal import Administration
internal import Authorization
internal import Glibc
internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// A tenant's lock: an advisory lock of the kernel on a file, gone with the process that held it,
/// however it ended (T1). See flock(2).
///
/// The file names the holder for those who come second; it stays when the lock is given back,
/// because removing it would let two processes lock two files of one name.
final class FileLock: RunLock {
  /// Nil once it was given back.
  private let file: Mutex<FileDescriptor?>

  /// Takes the lock; blocks for a moment.
  ///
  /// - Throws: ``StoreError`` with code `alreadyRunning` that says who runs, since when.
  init(path: String, tenant: String, actor: String) throws {
    let file = try PrivateFile.open(path, flags: O_RDWR | O_CREAT)
    guard try Self.take(file, path: path) else {
      throw Self.alreadyRunning(tenant, holder: try Self.holder(file, path: path))
    }
    ftruncate(file.number, 0)
    let text = "\(getpid())\n\(actor)\n\(Timestamp.now())\n"
    try PrivateFile.write(Array(text.utf8), to: file, path: path)
    self.file = Mutex(consume file)
  }

  deinit { release() }

  var isHeld: Bool {
    file.withLock { file in
      switch file {
      case .some: true
      case .none: false
      }
    }
  }

  func release() {
    file.withLock { file in
      if let open = file.take() { open.unlock() }
    }
  }

  private static func take(_ file: borrowing FileDescriptor, path: String) throws -> Bool {
    do throws(SystemFailure) {
      return try file.lockIfFree()
    } catch {
      throw StoreError(.store, "'\(path)' cannot be locked: \(error)")
    }
  }

  /// The lines that name the holder. One who has only just begun has not written them yet, and they
  /// may be those of an earlier process: both are over in a moment, which is waited for.
  private static func holder(
    _ file: borrowing FileDescriptor, path: String
  ) throws -> [Substring] {
    var lines: [Substring] = []
    for _ in 0..<50 {
      do throws(SystemFailure) {
        let bytes = try file.bytes(4096, at: 0)
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      } catch {
        throw PrivateFile.unreadable(path, error)
      }
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
    return .alreadyRunning(tenant, who)
  }
}

/// The lock of a store that was opened for reading: such a store writes nothing, not even a lock
/// file (S6), and nothing that it reads can change under it.
struct NoLock: RunLock {
  func release() {}
}
