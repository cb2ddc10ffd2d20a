internal import Glibc

/// What the system means by an error number, for people.
///
/// Some numbers say nothing of the file or program at hand: the process, the disk or the machine is at a
/// limit. For these the remedy is always the same, whatever the caller would advise.
package struct SystemWords: Sendable, Equatable {
  /// What happened, in lower case: "too many open files".
  package let reason: String
  /// What helps against a limit; nil for every other number.
  package let remedy: String?

  /// Takes an `errno`.
  package init(_ number: CInt) {
    if let (reason, remedy) = Self.limits[number] {
      self.reason = reason
      self.remedy = remedy
    } else {
      reason =
        unsafe strerror(number).map { unsafe String(cString: $0).lowercased() }
        ?? "error \(number)"
      remedy = nil
    }
  }

  /// The number that the last call left.
  package static var last: SystemWords { SystemWords(errno) }

  /// That no thread or process could be made, for which the system has only "try again".
  package static let noThreads = SystemWords(
    reason: "this user may start no more threads or processes",
    remedy: "end some, or raise the limit: 'ulimit -u', or TasksMax= of a service")

  private init(reason: String, remedy: String) {
    self.reason = reason
    self.remedy = remedy
  }

  /// What happened and, at a limit, what helps.
  package var text: String { remedy.map { "\(reason); \($0)" } ?? reason }

  /// What happened and what helps.
  ///
  /// - Parameter remedy: the caller's advice, for what is no limit.
  package func text(orElse remedy: String) -> String { "\(reason); \(self.remedy ?? remedy)" }

  private static let limits: [CInt: (String, String)] = [
    EMFILE: (
      "this process may open no more files",
      "raise its limit: 'ulimit -n', or LimitNOFILE= of a service"
    ),
    ENFILE: (
      "the system may open no more files",
      "end programs that hold many, or raise the system's fs.file-max"
    ),
    ENOMEM: (
      "there is not enough memory",
      "end other programs, or raise the limit: 'ulimit -v', MemoryMax="
    ),
    ENOSPC: ("no space is left on its disk", "make room there and try again"),
    EDQUOT: ("the running user's disk quota is used up", "make room there, or raise the quota"),
    EFBIG: (
      "the file would be longer than is allowed here", "raise the limit: 'ulimit -f', LimitFSIZE="
    ),
    EROFS: ("its file system is read-only", "mount it for writing, or name another place"),
    EIO: ("the disk has an input or output error", "check the disk and the system's log"),
  ]
}
