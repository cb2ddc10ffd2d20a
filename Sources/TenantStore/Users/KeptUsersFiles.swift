internal import Foundation
internal import OperatingSystem
internal import Synchronization

/// Users files that were read, as long as they have not changed: a service that shows one user after the other
/// does not parse a hundred thousand for each.
final class KeptUsersFiles: Sendable {
  /// What tells one content of a file from another.
  struct Stamp: Sendable, Equatable {
    private let identity: [UInt64]
    private let changes: [Int]
    private let size: Int

    /// The seconds for which a file must have been left alone: a change within the same tick of the file
    /// system's clock cannot be seen.
    private static let quiet = 2

    /// Takes what the system says of a file before it is read; nil for one that may change unseen.
    init?(_ status: FileStatus?, now: Int = Int(Date().timeIntervalSince1970)) {
      guard let status, status.isRegularFile,
        status.changes[0] + Self.quiet < now, status.changes[2] + Self.quiet < now
      else { return nil }
      identity = status.identity
      changes = status.changes
      size = status.size
    }
  }

  private struct Entry {
    let path: String
    let stamp: Stamp
    let file: UsersFile
  }

  /// The most bytes of memory that all files take.
  private let limit: Int
  /// The one used last stands last.
  private let entries = Mutex<[Entry]>([])

  /// Keeps nothing yet.
  init(limit: Int = 64 << 20) { self.limit = limit }

  /// A file that has not changed since it was kept.
  func file(_ path: String, _ stamp: Stamp) -> UsersFile? {
    entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.path == path }) else { return nil }
      let entry = entries.remove(at: index)
      // What has changed is not asked for again.
      guard entry.stamp == stamp else { return nil }
      entries.append(entry)
      return entry.file
    }
  }

  /// Keeps a file; others go for it, those first that were not used for longest.
  func keep(_ file: UsersFile, _ path: String, _ stamp: Stamp) {
    guard file.memory <= limit else { return }
    entries.withLock { entries in
      entries.removeAll { $0.path == path }
      entries.append(Entry(path: path, stamp: stamp, file: file))
      var memory = entries.reduce(0) { $0 + $1.file.memory }
      while memory > limit { memory -= entries.removeFirst().file.memory }
    }
  }
}
