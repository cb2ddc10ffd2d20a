internal import Glibc
internal import OperatingSystem

/// The lines of a file, the last first, a little at a time: a file may be of any length.
struct BackwardLines: ~Copyable {
  /// How much is read at once.
  private static let chunkBytes = 1 << 20
  /// The longest line; a longer one is passed over.
  private static let maximumLineBytes = 1 << 20

  private let file: FileDescriptor
  private let path: String
  /// The place in the file before which nothing was read yet.
  private var start: Int
  /// What was read and not given: whole lines behind the last piece of one that begins further ahead.
  private var bytes: ArraySlice<UInt8> = []
  /// True while what is read belongs to a line that is too long.
  private var isPassingOver = false

  /// Opens a file; nil if there is none.
  init?(of path: String) throws {
    guard PrivateFile.exists(path) else { return nil }
    self.path = path
    let file = try PrivateFile.open(path, flags: O_RDONLY)
    do throws(SystemFailure) {
      start = try file.status().size
    } catch {
      throw PrivateFile.unreadable(path, error)
    }
    self.file = file
  }

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
    let count = min(start, Self.chunkBytes)
    start -= count
    let chunk: [UInt8]
    do throws(SystemFailure) {
      chunk = try file.bytes(count, at: start)
    } catch {
      throw PrivateFile.unreadable(path, error)
    }
    bytes = isPassingOver ? chunk[...] : (chunk + bytes)[...]
  }
}
