internal import Glibc

/// A temporary file without a name: it is gone when this is, however the program ends.
final class UnlinkedFile {
  /// The bytes of a part, except the last.
  static let partSize = 256 * 1024

  private let descriptor: Int32
  private let folder: String

  /// Where others in this process can open the file.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Makes an empty file in a folder.
  init(in folder: String) throws {
    var name = Array("\(folder)/xlsx-XXXXXX".utf8CString)
    descriptor = unsafe name.withUnsafeMutableBufferPointer {
      guard let start = $0.baseAddress else { return -1 }
      return unsafe mkstemp(start)
    }
    self.folder = folder
    guard descriptor >= 0 else { throw WorkbookError.file("make", in: folder, error: errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unsafe unlink(name)
  }

  deinit { close(descriptor) }

  /// Fails unless there is room for so many bytes, and gives the room free again.
  func check(roomFor size: Int) throws {
    let error = posix_fallocate(descriptor, 0, max(size, 1))
    guard error == 0, ftruncate(descriptor, 0) == 0 else {
      throw WorkbookError.file("write", in: folder, error: error == 0 ? errno : error)
    }
  }

  /// Hands the bytes on, from the first to the last.
  func read(to sink: ([UInt8]) throws -> Void) throws {
    var offset = 0
    while case let part = try part(at: offset), !part.isEmpty {
      try sink(part)
      offset += part.count
    }
  }

  private func part(at offset: Int) throws -> [UInt8] {
    var part = [UInt8](repeating: 0, count: Self.partSize)
    var count = 0
    while count < part.count {
      let number = unsafe part.withUnsafeMutableBytes { bytes in
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
        return unsafe pread(descriptor, rest.baseAddress, rest.count, offset + count)
      }
      if number == 0 { break }
      if number < 0, errno == EINTR { continue }
      guard number > 0 else { throw WorkbookError.file("read", in: folder, error: errno) }
      count += number
    }
    part.removeLast(part.count - count)
    return part
  }
}
