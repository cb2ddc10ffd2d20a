import Glibc

/// A plugin program's side of the pipes.
///
/// Frames go out where standard output was; standard output itself is turned to standard error, so
/// that a `print` in a plugin does not tear a frame apart.
final class FrameStream {
  private let input: CInt
  private let output: CInt

  /// Takes over standard input and output; nil if a person sits there.
  init?() {
    guard isatty(STDIN_FILENO) == 0 else { return nil }
    input = STDIN_FILENO
    output = dup(STDOUT_FILENO)
    guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { return nil }
  }

  /// The next frame; nil at the end of the input.
  func read() throws -> Frame? {
    guard let head = try read(Frame.headLength, orEnd: true) else { return nil }
    let (kind, length) = try Frame.head(head)
    guard let body = try read(length, orEnd: false) else { return nil }
    return Frame(kind, body)
  }

  func write(_ frame: Frame) throws {
    let bytes = frame.bytes
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(output, buffer.baseAddress?.advanced(by: start), buffer.count - start)
      }
      if count >= 0 {
        start += count
      } else if errno != EINTR {
        throw FrameError("tenantctl no longer reads (error \(errno))")
      }
    }
  }

  func write(_ message: PluginMessage) throws { try write(ControlFrame.encode(message)) }

  /// A line on standard error, which tenantctl logs.
  static func complain(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  private func read(_ count: Int, orEnd: Bool) throws -> [UInt8]? {
    var isAtEnd = false
    var failure: CInt = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = unsafe Glibc.read(input, buffer.baseAddress?.advanced(by: filled), count - filled)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        isAtEnd = got <= 0
        if isAtEnd { return }
        filled += got
      }
    }
    if isAtEnd, bytes.isEmpty, orEnd, failure == 0 { return nil }
    guard !isAtEnd else {
      throw FrameError("the input ended in the middle of a frame (error \(failure))")
    }
    return bytes
  }
}
