internal import Administration
internal import Authorization
internal import Glibc
internal import TenantCore

/// Takes a password from the terminal, where it is typed twice and not shown, or from the first line of
/// standard input. Never from an argument or a variable, which others on the machine can see.
enum PasswordInput {
  static func read() throws -> Password {
    guard isatty(STDIN_FILENO) == 1 else { return try Password(new: try line()) }
    return try withoutEcho {
      let first = try Password(new: try ask("Password: "))
      guard try ask("Again: ") == Array(first.bytes) else {
        throw Failure(.usage, "the two passwords differ; nothing was changed")
      }
      return first
    }
  }

  private static func ask(_ question: String) throws -> [UInt8] {
    try say(question)
    defer { try? say("\n") }
    return try line()
  }

  private static func say(_ text: String) throws {
    try StandardStreams.write(Array(text.utf8), to: STDERR_FILENO, name: "standard error")
  }

  /// What is typed is shown again at the end, however that comes about.
  private static func withoutEcho<R>(_ body: () throws -> R) throws -> R {
    var usual = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &usual) == 0 else {
      throw Failure(.usage, "the terminal cannot hide a password; use standard input")
    }
    var hidden = usual
    hidden.c_lflag &= ~tcflag_t(ECHO)
    guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else {
      throw Failure(.usage, "the terminal cannot hide a password; use standard input")
    }
    defer { unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual) }
    return try body()
  }

  /// One line without its end.
  private static func line() throws -> [UInt8] {
    var line: [UInt8] = []
    // One byte more than a password may have, and the end of the line.
    while line.count <= Password.maximumBytes + 1 {
      let bytes = try StandardInput.next(1)
      guard let byte = bytes.first, byte != UInt8(ascii: "\n") else { break }
      line.append(byte)
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }
}
