internal import Glibc
internal import TenantCore
internal import Wiring

/// What the terminal can show.
enum Terminal {
  /// The width of standard output in columns; nil if it is not a terminal, and nothing need be cut.
  static var width: Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return Installation.variable("COLUMNS").flatMap(Int.init) ?? 80
    }
    return Int(size.ws_col)
  }

  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Colours, where they are wanted.
struct TextStyle: Sendable {
  let isColored: Bool

  init(noColor: Bool) {
    isColored =
      !noColor && Installation.variable("NO_COLOR") == nil && isatty(STDOUT_FILENO) == 1
  }

  func bold(_ text: String) -> String { wrap(text, "1") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Notes on standard error; none if they are not wanted.
struct Notes: Sendable {
  let isQuiet: Bool
  let style: TextStyle

  func say(_ text: String) {
    guard !isQuiet else { return }
    try? StandardStreams.write(
      Array((DisplayText.safe(text) + "\n").utf8), to: STDERR_FILENO, name: "standard error")
  }
}
