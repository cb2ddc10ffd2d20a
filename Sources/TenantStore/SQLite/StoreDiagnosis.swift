internal import Glibc
internal import OperatingSystem
internal import PluginContract

/// Why the system let SQLite down, which says only that something could not be opened or written.
struct StoreDiagnosis {
  /// As many files as SQLite opens for one store: itself, its log, the log's index, the folder.
  private static let filesOfAStore = 4

  /// The limit that was met; nil if none is found.
  let words: SystemWords?

  /// Asks the system.
  ///
  /// - Parameter path: the store's.
  init(path: String) {
    words = Self.number(path).map { SystemWords($0) }
  }

  private static func number(_ path: String) -> CInt? {
    if let number = failureToOpen() { return number }
    var system = statvfs()
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    guard unsafe statvfs(folder, &system) == 0 else { return nil }
    if system.f_flag & UInt(ST_RDONLY) != 0 { return EROFS }
    if system.f_blocks > 0, system.f_bavail == 0 { return ENOSPC }
    return isBeyondFileSize(path) ? EFBIG : nil
  }

  /// What the system says to opening some files more.
  private static func failureToOpen() -> CInt? {
    var open: [CInt] = []
    defer { for descriptor in open { close(descriptor) } }
    for _ in 0..<filesOfAStore {
      let descriptor = unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return errno }
      open.append(descriptor)
    }
    return nil
  }

  /// True if the store or its log is about as long as a file may be.
  private static func isBeyondFileSize(_ path: String) -> Bool {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0,
      limit.rlim_cur < rlim_t(Int.max)
    else { return false }
    return [path, path + "-wal", path + "-shm"].contains { name in
      var status = stat()
      guard unsafe stat(name, &status) == 0 else { return false }
      return rlim_t(status.st_size) + 65536 > limit.rlim_cur
    }
  }
}
