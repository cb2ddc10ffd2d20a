internal import GRDB
internal import Glibc

/// A store on a disk that is full or may not be written, read by way of a copy in memory.
///
/// SQLite needs a few KiB beside a store even to read it: the index of its log, shared by those who have it
/// open. Where that cannot be made, nobody else has it open either, and the file can be read as it lies.
struct UnwritableStore {
  /// How often somebody who writes at the same time may be in the way.
  private static let attempts = 5

  private let path: String

  init(path: String) { self.path = path }

  /// True if an error of SQLite may mean that only the index could not be made.
  static func isLikely(_ error: DatabaseError) -> Bool {
    let codes: [ResultCode] = [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_FULL]
    return codes.contains(error.resultCode)
  }

  /// Copies the store; nil if that, too, cannot be done.
  func copy() -> DatabaseQueue? {
    for _ in 0..<Self.attempts {
      guard let before = Files(path), let uri = uri(before) else { return nil }
      if let copy = try? copy(from: uri), Files(path) == before { return copy }
    }
    return nil
  }

  /// How the file is to be opened. A log that a killed program left is read too, without locks: only where
  /// nobody can write, and so nobody has locks to lose.
  private func uri(_ files: Files) -> String? {
    guard files.hasLog else {
      return SQLiteURI(path, "mode=ro&immutable=1").text
    }
    return files.isReadOnly ? SQLiteURI(path, "mode=ro&vfs=unix-none").text : nil
  }

  private func copy(from uri: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
    let source = try DatabaseQueue(path: uri, configuration: configuration)
    let copy = try DatabaseQueue(configuration: TenantStores.configuration)
    try source.backup(to: copy)
    return copy
  }

  /// What changes when somebody writes.
  private struct Files: Equatable {
    private struct File: Equatable {
      let inode: UInt
      let size: Int
      let seconds: Int
      let nanoseconds: Int
    }

    private let store: File
    /// The log, if it holds anything.
    private let content: File?
    let isReadOnly: Bool

    var hasLog: Bool { content != nil }

    init?(_ path: String) {
      var system = statvfs()
      guard let store = Self.file(path), unsafe statvfs(path, &system) == 0 else { return nil }
      self.store = store
      content = Self.file(path + "-wal").flatMap { $0.size > 0 ? $0 : nil }
      isReadOnly = system.f_flag & UInt(ST_RDONLY) != 0
    }

    private static func file(_ path: String) -> File? {
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return nil }
      return File(
        inode: status.st_ino, size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
        nanoseconds: status.st_mtim.tv_nsec)
    }
  }
}
