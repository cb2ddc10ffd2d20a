internal import Glibc
internal import OperatingSystem
internal import TenantCore

/// What is typed or piped into the program. Waiting for it looks up at times, so that an interruption ends it.
enum StandardInput {
  /// What to write for it in place of a file.
  static let word = "-"
  /// What it is called in messages.
  static let name = "standard input"

  private static let chunk = 1 << 16

  /// All that comes until its end, but no more than a limit.
  static func bytes(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let more = try next(min(chunk, limit - bytes.count))
      if more.isEmpty { break }
      bytes += more
    }
    return bytes
  }

  /// The next bytes, at most so many; none at the end.
  static func next(_ limit: Int) throws -> [UInt8] {
    while true {
      try wait()
      var failure: SystemFailure?
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        let got = unsafe Glibc.read(STDIN_FILENO, buffer.baseAddress, limit)
        if got < 0 { failure = .last }
        count = max(0, got)
      }
      guard let failure else { return bytes }
      guard [EINTR, EAGAIN].contains(failure.number) else {
        throw Failure(.configuration, "\(name) cannot be read: \(failure)")
      }
    }
  }

  private static func wait() throws {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&input, 1, 100) == 0 { try Interruption.check() }
    try Interruption.check()
  }
}
