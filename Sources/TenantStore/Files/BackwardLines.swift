internal import Glibc

/// The lines of a file, the last first, a little at a time: a file may be of any length.
struct BackwardLines: ~Copyable {
  /// How much is read at once.
  private static let chunkBytes = 1 << 20
  /// The longest line; a longer one is passed over.
  private static let maximumLineBytes = 1 << 20

  private let descriptor: CInt
  private let path: String
  /// The place in the file before which nothing was read yet.
  private var start: off_t
  /// What was read and not given: whole lines behind the last piece of one that begins further ahead.
  private var bytes: ArraySlice<UInt8> = []
  /// True while what is read belongs to a line that is too long.
  private var isPassingOver = false

  /// Opens a file; nil if there is none.
  init?(of path: String) throws {
    guard PrivateFile.exists(path) else { return nil }
    self.path = path
    descriptor = try PrivateFile.open(path, flags: O_RDONLY)
    start = lseek(descriptor, 0, SEEK_END)
  }

  deinit { close(descriptor) }

  /// The next line without its line end; nil at the beginning of the file.
  mutating func next() throws -> ArraySlice<UInt8>? {
    while true {
      if let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        let line = bytes[bytes.index(after: end)...]
        bytes = bytes[..<end]
        if isPassingOver { isPassingOver = false } else { return line }
      } else if start == 0 {
        guard !bytes.isEmpty, !isPassingOver else { return nil }
        defer { bytes = [] }
        return bytes
      } else {
        if bytes.count > Self.maximumLineBytes { isPassingOver = true }
        try readMore()
      }
    }
  }

  private mutating func readMore() throws {
    let count = Int(min(start, off_t(Self.chunkBytes)))
    start -= off_t(count)
    var chunk = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = unsafe chunk.withUnsafeMutableBytes { memory in
        unsafe pread(
          descriptor, memory.baseAddress.map { unsafe $0 + filled }, count - filled,
          start + off_t(filled))
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw PrivateFile.unreadable(path) }
      filled += got
    }
    bytes = isPassingOver ? chunk[...] : (chunk + bytes)[...]
  }
}
